import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { mkdir, open, readlink, rm, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { foldersIn, entriesIn, statIfThere, unlessMissing } from '@immutablue/oci';
import { linkOrCopy, replaceLink } from './files';
import { PACKAGE_MANAGERS, type PackageManager } from '@immutablue/plan';
import { repositoryOf, type SharedPaths } from './layout';

/** What is known of each RPM in a build's own folder, by path: enough to see that it was written to. */
export type SeededRpms = Map<string, { readonly sha256: string; readonly stats: Stats }>;

/** A build's own folder, with what a name of a temporary file needs. */
export interface OwnDirectory {
  readonly path: string;
  /** Tells whose temporary files are: the folder's own name. */
  readonly name: string;
}

/**
 * Puts the RPMs that the cache has where package managers look for them: they take a file whose checksum is what the
 * repository's metadata say, and fetch every other one.
 *
 * An RPM of one repository may also be that of another address of the same repository, for the packages that are the same on
 * all architectures; what is known for the address itself comes first.
 */
export async function seedRpms(shared: SharedPaths, own: OwnDirectory, seeded: SeededRpms): Promise<void> {
  for (const manager of PACKAGE_MANAGERS) {
    const known = await foldersIn(join(shared.names, manager));
    const there = await foldersIn(join(own.path, manager));
    for (const directory of new Set([...known, ...there])) {
      const repository = repositoryOf(directory);
      if (repository === undefined) continue;
      const others = known.filter((other) => other !== directory && repositoryOf(other) === repository);
      const target = join(own.path, manager, directory, 'packages');
      for (const from of [directory, ...others]) {
        await seedDirectory(join(shared.names, manager, from), target, shared, seeded);
      }
    }
  }
}

async function seedDirectory(names: string, target: string, shared: SharedPaths, seeded: SeededRpms): Promise<void> {
  const entries = (await entriesIn(names)).filter((entry) => entry.isSymbolicLink() && entry.name.endsWith('.rpm'));
  if (entries.length === 0) return;
  await mkdir(target, { recursive: true });
  const present = new Set((await entriesIn(target)).map((entry) => entry.name));
  for (const { name } of entries) {
    if (present.has(name)) continue;
    const file = join(target, name);
    // Either link may be gone by now: another build has found that the content is not what it is named.
    await unlessMissing(async () => {
      const sha256 = basename(await readlink(join(names, name)), '.rpm');
      await linkOrCopy(join(shared.rpms, rpmName(sha256)), file, `${file}.part`);
      seeded.set(file, { sha256, stats: await stat(file) });
    });
  }
}

/**
 * Keeps the RPMs that a package manager has fetched into a build's own folder. To be called only when it has succeeded: then
 * it has checked them, and none is cut off.
 */
export async function keepRpms(shared: SharedPaths, own: OwnDirectory, seeded: SeededRpms): Promise<void> {
  await dropChanged(shared, seeded);
  for (const manager of PACKAGE_MANAGERS) {
    for (const directory of await foldersIn(join(own.path, manager))) {
      if (repositoryOf(directory) === undefined) continue;
      const packages = join(own.path, manager, directory, 'packages');
      for (const entry of await entriesIn(packages)) {
        const file = join(packages, entry.name);
        if (!entry.isFile() || !entry.name.endsWith('.rpm') || seeded.has(file)) continue;
        await keepRpm(shared, own, seeded, { manager, directory, file });
      }
    }
  }
}

/**
 * Takes RPMs out of the cache that a package manager has written to. It does so where the content is not what its repository
 * says (a package was rebuilt under the same name), and without making a new file: what has two names is changed under both.
 */
export async function dropChanged(shared: SharedPaths, seeded: SeededRpms): Promise<void> {
  for (const [file, { sha256, stats }] of seeded) {
    const now = await statIfThere(file);
    if (now !== undefined && isUnchanged(stats, now)) continue;
    seeded.delete(file);
    if (now === undefined) continue;
    const kept = join(shared.rpms, rpmName(sha256));
    // Only if it is this very file: it was a copy, or another build has put a good one there.
    if ((await statIfThere(kept))?.ino === now.ino) await rm(kept, { force: true });
  }
}

function isUnchanged(before: Stats, now: Stats): boolean {
  return before.ino === now.ino && before.size === now.size && before.mtimeMs === now.mtimeMs;
}

async function keepRpm(
  shared: SharedPaths,
  own: OwnDirectory,
  seeded: SeededRpms,
  rpm: { readonly manager: PackageManager; readonly directory: string; readonly file: string },
): Promise<void> {
  if (!(await isRpm(rpm.file))) return;
  const sha256 = await sha256Of(rpm.file);
  const kept = join(shared.rpms, rpmName(sha256));
  const partial = join(shared.rpms, '.partial', own.name);
  await mkdir(partial, { recursive: true });
  // Not seeded, and there all the same: a build that was killed may have written to it.
  if ((await statIfThere(kept)) !== undefined && (await sha256Of(kept)) !== sha256) await rm(kept, { force: true });
  await linkOrCopy(rpm.file, kept, join(partial, sha256));
  const names = join(shared.names, rpm.manager, rpm.directory);
  await mkdir(names, { recursive: true });
  await replaceLink(relative(names, kept), join(names, basename(rpm.file)), join(own.path, '.link'));
  seeded.set(rpm.file, { sha256, stats: await stat(rpm.file) });
}

/** The first four bytes of every RPM: https://rpm-software-management.github.io/rpm/manual/format_lead.html */
const LEAD = Buffer.from([0xed, 0xab, 0xee, 0xdb]);

async function isRpm(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LEAD.length), 0, LEAD.length);
    return bytesRead === LEAD.length && buffer.equals(LEAD);
  } finally {
    await handle.close();
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** As packages of a lock are named, which the package manager is given as files. */
function rpmName(sha256: string): string {
  return `${sha256}.rpm`;
}
