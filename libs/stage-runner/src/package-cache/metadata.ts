import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { entriesIn, foldersIn, statIfThere, takeLock, unlessMissing } from '@immutablue/oci';
import { copyTree, replaceLink } from './files';
import { PACKAGE_MANAGERS, type PackageManager } from '@immutablue/plan';
import { isSolverFileOf, repositoryOf, type SharedPaths } from './layout';
import type { OwnDirectory } from './rpms';

/** Maximum attempts: a state can be replaced while it is copied, once by each build that ends meanwhile. */
const MOST_ATTEMPTS = 5;

/** What a package manager keeps of one repository, besides packages. */
interface Repository {
  readonly manager: PackageManager;
  /** Name of its folder. */
  readonly directory: string;
  /** Names of the files that belong to it, beside that folder. */
  readonly solverFiles: readonly string[];
}

/** Copies the shared state of the repositories' metadata into a build's own folder, which no other build sees. */
export async function seedMetadata(shared: SharedPaths, own: OwnDirectory): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const current = await currentState(shared);
    if (current === undefined) return;
    const done = await unlessMissing(async () => {
      for (const repository of await repositoriesIn(current)) await copyRepository(current, own.path, repository);
      return 'done';
    });
    // The state is removed when another has taken its place: a copy is all of one state.
    if (done !== undefined && (await statIfThere(current)) !== undefined) return;
    for (const manager of PACKAGE_MANAGERS) await rm(join(own.path, manager), { recursive: true, force: true });
  }
  // Without metadata the package manager fetches them: slower, and as right.
}

/**
 * Makes a build's metadata the shared state, together with those of repositories that this build has not got. Readers find
 * the old state or the new; nothing is done when there is no difference.
 */
export async function publishMetadata(
  shared: SharedPaths,
  own: OwnDirectory,
  onWait: (holder: string) => void,
): Promise<void> {
  const mine = await repositoriesIn(own.path);
  if (mine.length === 0 || !(await differs(shared, own, mine))) return;
  const lock = await takeLock(shared.lock, { onWait });
  try {
    const current = await currentState(shared);
    const theirs = current === undefined ? [] : await repositoriesIn(current);
    const states = join(shared.metadata, 'states');
    const name = randomUUID();
    const next = join(states, name);
    for (const repository of mine) {
      if (current === undefined || !(await isNewer(current, own.path, repository))) {
        await copyRepository(own.path, next, repository);
      } else {
        await copyRepository(current, next, repository);
      }
    }
    for (const repository of theirs) {
      if (current !== undefined && !mine.some((other) => isSame(other, repository))) {
        await copyRepository(current, next, repository);
      }
    }
    await replaceLink(join('states', name), join(shared.metadata, 'current'), join(shared.metadata, '.next'));
    // The lock keeps other builds from adding states: the rest are earlier ones, and orphans of killed builds.
    for (const state of await readdir(states)) {
      if (state !== name) await rm(join(states, state), { recursive: true, force: true });
    }
  } finally {
    await lock.release();
  }
}

async function currentState(shared: SharedPaths): Promise<string | undefined> {
  const target = await unlessMissing(() => readlink(join(shared.metadata, 'current')));
  return target === undefined ? undefined : join(shared.metadata, 'states', basename(target));
}

/** The repositories whose metadata are complete: repomd.xml names all other files, and comes last. */
async function repositoriesIn(root: string): Promise<Repository[]> {
  const found: Repository[] = [];
  for (const manager of PACKAGE_MANAGERS) {
    const files = (await entriesIn(join(root, manager))).filter((entry) => entry.isFile()).map((entry) => entry.name);
    for (const directory of await foldersIn(join(root, manager))) {
      const id = repositoryOf(directory);
      if (id === undefined || (await statIfThere(index(root, { manager, directory }))) === undefined) continue;
      found.push({ manager, directory, solverFiles: files.filter((file) => isSolverFileOf(id, file)).sort() });
    }
  }
  return found;
}

function index(root: string, { manager, directory }: Pick<Repository, 'manager' | 'directory'>): string {
  return join(root, manager, directory, 'repodata', 'repomd.xml');
}

function isSame(one: Repository, other: Repository): boolean {
  return one.manager === other.manager && one.directory === other.directory;
}

/** Packages are not copied: they are kept by content. */
async function copyRepository(from: string, to: string, repository: Repository): Promise<void> {
  const { manager, directory, solverFiles } = repository;
  await mkdir(join(to, manager, directory), { recursive: true });
  for (const entry of await readdir(join(from, manager, directory))) {
    if (entry === 'packages') continue;
    await copyTree(join(from, manager, directory, entry), join(to, manager, directory, entry));
  }
  for (const file of solverFiles) await copyTree(join(from, manager, file), join(to, manager, file));
}

async function isNewer(current: string, own: string, repository: Repository): Promise<boolean> {
  const theirs = await unlessMissing(() => stat(index(current, repository)));
  return theirs !== undefined && theirs.mtimeMs > (await stat(index(own, repository))).mtimeMs;
}

async function differs(shared: SharedPaths, own: OwnDirectory, mine: readonly Repository[]): Promise<boolean> {
  const current = await currentState(shared);
  if (current === undefined) return true;
  for (const repository of mine) {
    // While this is compared the state may be replaced: then there is something to look at.
    const theirs = await unlessMissing(() => fingerprint(current, repository));
    if (theirs !== (await fingerprint(own.path, repository))) return true;
  }
  return false;
}

/** repomd.xml, which has the checksums of all metadata, and which files there are: some are fetched only when they are needed. */
async function fingerprint(root: string, repository: Repository): Promise<string> {
  const { manager, directory } = repository;
  const files = (await readdir(join(root, manager, directory), { recursive: true }))
    .filter((file) => file !== 'packages' && !file.startsWith('packages/'))
    .sort();
  const solver = (await entriesIn(join(root, manager)))
    .map((entry) => entry.name)
    .filter((file) => isSolverFileOf(repositoryOf(directory) ?? '', file))
    .sort();
  return JSON.stringify([await readFile(index(root, repository), 'utf8'), files, solver]);
}
