import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toDigest, toImageId } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import type { ImageRoot } from '../image-root';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A link with this target. */
export function link(target: string): { readonly target: string } {
  return { target };
}

/** An empty directory. */
export const DIRECTORY = { directory: true } as const;

/** What a path of a root filesystem is: the content of a file, a link, or an empty directory. */
export type Planted = string | ReturnType<typeof link> | typeof DIRECTORY;

/** An image whose root filesystem holds this and nothing else, until the end of the test; its programs cannot be run. */
export async function imageWith(content: Readonly<Record<string, Planted>>): Promise<ImageRoot> {
  const directory = mkdtempSync(join(tmpdir(), 'inspect-'));
  directories.push(directory);
  for (const [path, planted] of Object.entries(content)) {
    const place = join(directory, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof planted === 'string') writeFileSync(place, planted, { mode: 0o644 });
    else if ('target' in planted) symlinkSync(planted.target, place);
    else mkdirSync(place);
  }
  return {
    image: {
      id: toImageId('0'.repeat(64)),
      digest: toDigest(`sha256:${'0'.repeat(64)}`),
      architecture: 'amd64',
      labels: {},
      layers: [],
      created: 0,
    },
    root: await openRoot(directory, { epochSeconds: 0 }),
    run: () => Promise.reject(new Error('nothing runs in an image of a spec')),
  };
}
