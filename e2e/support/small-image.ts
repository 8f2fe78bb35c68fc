import { chmod, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  RELEASES,
  REVISIONS,
  SOURCE_NAMES,
  sourceContent,
  SOURCES_FOLDER,
  type Revision,
} from '../../testing/family-edits';
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

/** How the upstream image that variants of the family stand on is called; names of the others begin so. */
export const SMALL_IMAGES = 'localhost/immutablue-lab/e2e/small';

function revisionName(release: string, revision: Revision): string {
  return `${SMALL_IMAGES}-revision:${release}-${revision}`;
}

/**
 * Makes small upstream images from the lab's: the same package manager and systemd, without what makes it large. They have
 * something of their own below /usr/share/property-upstream, and what pinned files are fetched from. Releases and revisions differ in a file, revisions also in the
 * configuration.
 */
export async function makeSmallImages(store: Store): Promise<void> {
  const small = (await store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE)).trim();
  await makeSmall((await store.run('buildah', 'mount', small)).trim(), store);
  await commit(store, small, `${SMALL_IMAGES}-common:1`);
  for (const release of RELEASES) {
    for (const revision of REVISIONS) {
      const container = (await store.run('buildah', 'from', '--pull-never', `${SMALL_IMAGES}-common:1`)).trim();
      const own = join((await store.run('buildah', 'mount', container)).trim(), 'usr/share/property-upstream');
      await mkdir(own);
      await chmod(own, 0o755);
      await writeFile(join(own, 'file'), `of ${release}\n`, { mode: 0o644 });
      if (revision > 0) await writeFile(join(own, 'revision'), `${revision}\n`, { mode: 0o644 });
      const configuration = [`--env=REVISION=${revision}`, `--label=org.example.revision=${revision}`];
      await store.run('buildah', 'config', ...configuration, container);
      await commit(store, container, revisionName(release, revision));
    }
  }
}

async function makeSmall(root: string, store: Store): Promise<void> {
  for (const path of LEFT_OUT) await rm(join(root, path), { recursive: true, force: true });
  const [kernel] = (await store.run('ls', join(root, 'usr/lib/modules'))).trim().split('\n');
  const modules = join(root, 'usr/lib/modules', kernel ?? '');
  await rm(join(modules, 'kernel'), { recursive: true, force: true });
  for (const file of ['vmlinuz', 'initramfs.img']) await truncate(join(modules, file), 0);
  const sources = join(root, SOURCES_FOLDER);
  await mkdir(sources);
  await chmod(sources, 0o755);
  for (const name of SOURCE_NAMES) await writeFile(join(sources, name), sourceContent(name), { mode: 0o644 });
}

async function commit(store: Store, container: string, name: string): Promise<void> {
  await store.run('buildah', 'commit', '--quiet', '--rm', '--timestamp', '1767225600', container, name);
}
