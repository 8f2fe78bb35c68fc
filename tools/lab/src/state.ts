import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, type StoredImage } from '@immutablue/oci';
import { yamlContent } from '@immutablue/variant';
import { foldersOf, readOverrideUnits, readSettings } from './workspace';

/** How the lab's images are called. */
const IMAGES = 'localhost/immutablue-lab/';

/**
 * A digest that changes when something of the lab has (its images, its package repository), or what variants ask of it: while
 * it is the same, `lab:up` has nothing to do. As files that Nx knows of, what variants ask would make every edit of one affect
 * the project of the lab.
 */
export async function labState(workspaceRoot: string, images: () => Promise<readonly StoredImage[]>): Promise<string> {
  const directory = join(workspaceRoot, (await readSettings(workspaceRoot)).variants);
  const repository = join(workspaceRoot, '.immutablue', 'lab', 'repository', 'rpms', 'repodata', 'repomd.xml');
  // All at once: every task of every variant waits for it.
  const state = await Promise.all([
    images().then(oursOf),
    readIfThere(repository),
    demand(directory),
    readOverrideUnits(directory),
  ]);
  return createHash('sha256').update(JSON.stringify(state)).digest('hex');
}

function oursOf(images: readonly StoredImage[]): readonly unknown[] {
  return images
    .flatMap(({ id, names }) => names.filter((name) => name.startsWith(IMAGES)).map((name) => [name, id]))
    .sort();
}

async function demand(directory: string): Promise<unknown> {
  const names = ['variant.yaml', 'packages.yaml'];
  return Promise.all(
    (await foldersOf(directory)).map(async (variant) => [
      variant,
      ...(await Promise.all(names.map((name) => readIfThere(join(directory, variant, name))))).map((text) =>
        yamlContent(text ?? ''),
      ),
    ]),
  );
}
