import { chmod, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADLESS_IMAGE } from './workspace';
import type { Store } from './store';

/** What makes the lab's image large and no build here needs. */
const LEFT_OUT = [
  'usr/lib/firmware',
  'usr/lib/python3.13/test',
  'usr/share/doc',
  'usr/share/locale',
  'usr/share/man',
  'usr/share/zoneinfo',
  'usr/bin/podman',
  'usr/lib/dracut',
] as const;

/** The name of the small upstream image on the lab. */
export function smallImage(release: string): string {
  return `localhost/immutablue-lab/e2e/small:${release}`;
}

/**
 * Makes a small upstream image for each release from the lab's: the same package manager and systemd, without what makes it
 * large. It has something of its own below /usr/share/property-upstream, which differs by release.
 */
export async function makeSmallImages(store: Store, releases: readonly string[]): Promise<void> {
  for (const release of releases) {
    const container = (await store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE)).trim();
    const root = (await store.run('buildah', 'mount', container)).trim();
    for (const path of LEFT_OUT) await rm(join(root, path), { recursive: true, force: true });
    const [kernel] = (await store.run('ls', join(root, 'usr/lib/modules'))).trim().split('\n');
    const modules = join(root, 'usr/lib/modules', kernel ?? '');
    await rm(join(modules, 'kernel'), { recursive: true, force: true });
    for (const file of ['vmlinuz', 'initramfs.img']) await truncate(join(modules, file), 0);
    const own = join(root, 'usr/share/property-upstream');
    await mkdir(own, { mode: 0o755 });
    await chmod(own, 0o755);
    await writeFile(join(own, 'file'), `of ${release}\n`, { mode: 0o644 });
    await store.run(
      'buildah',
      'commit',
      '--quiet',
      '--rm',
      '--timestamp',
      '1767225600',
      container,
      smallImage(release),
    );
  }
}
