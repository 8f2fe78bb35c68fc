import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { OPAQUE, WHITEOUT } from '../layers/layer';
import { readTarArchive } from '../layers/tar-header';
import { runCommand, type CommandOptions } from '../process';
import type { LowerLayers } from './lower-layers';

/** How overlayfs marks a directory that hides what lower layers have in its place. */
const OPAQUE_ATTRIBUTE = 'trusted.overlay.opaque';

/** What there is in the upper directory of overlayfs, as far as it is to be put in other words for a layer. */
export interface Upper {
  /** How many paths of lower layers were removed; each has the mark of a layer by now. */
  readonly removed: number;
  /** All directories, relative to the upper one. */
  readonly directories: readonly string[];
}

/**
 * Puts the marks of a layer in the place of those of overlayfs for what was removed, which are devices with the numbers 0, 0:
 * https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories,
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
 *
 * @param upper not mounted any more.
 */
export async function markRemoved(upper: string): Promise<Upper> {
  let removed = 0;
  const directories: string[] = [];
  for (const entry of await readdir(upper, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) directories.push(relative(upper, path));
    if (!entry.isCharacterDevice() || (await lstat(path)).rdev !== 0) continue;
    await rm(path);
    await writeFile(join(entry.parentPath, `${WHITEOUT}${entry.name}`), '');
    removed += 1;
  }
  return { removed, directories };
}

/** The directories that hide others in lower layers, which overlayfs says with an extended attribute. */
export async function findOpaque(
  upper: string,
  directories: readonly string[],
  lower: LowerLayers,
  options?: CommandOptions,
): Promise<readonly string[]> {
  const opaque: string[] = [];
  for (const directory of await opaqueOf(upper, directories, options)) {
    // overlayfs marks directories that hide nothing, too.
    if (await isInAny(directory, lower)) opaque.push(directory);
  }
  return opaque;
}

/** Puts the mark of a layer into such a directory. */
export async function markOpaque(upper: string, directory: string): Promise<void> {
  await writeFile(join(upper, directory, OPAQUE), '');
}

/** Which directories are marked. Node.js cannot read extended attributes, tar can. */
async function opaqueOf(
  upper: string,
  directories: readonly string[],
  options?: CommandOptions,
): Promise<readonly string[]> {
  if (directories.length === 0) return [];
  const archive = join(upper, '..', 'directories.tar');
  const flags = ['--xattrs', `--xattrs-include=${OPAQUE_ATTRIBUTE}`, '--format=posix', '--no-recursion'];
  await runCommand(
    ['tar', '--create', `--file=${archive}`, ...flags, '--null', `--directory=${upper}`, '--files-from=-'],
    { ...options, input: directories.join('\0') },
  );
  return readTarArchive(await readFile(archive))
    .filter(({ extendedAttributes }) => extendedAttributes[OPAQUE_ATTRIBUTE] === 'y')
    .map(({ path }) => path.slice(1));
}

/** Whether a lower layer has something at `path` that no layer above it hides. */
async function isInAny(path: string, { driver, links }: LowerLayers): Promise<boolean> {
  for (const link of links) {
    const found = await lookIn(join(driver, link), path);
    if (found !== 'nothing') return found === 'there';
  }
  return false;
}

/** What a layer says of a path; a link on the way is not followed: it takes the place of what would be below it. */
async function lookIn(layer: string, path: string): Promise<'there' | 'nothing' | 'hidden'> {
  const names = path.split('/');
  for (const index of names.keys()) {
    const stat = await statIfThere(join(layer, ...names.slice(0, index + 1)));
    if (stat === undefined) return 'nothing';
    if (stat.isCharacterDevice() && stat.rdev === 0) return 'hidden';
    if (!stat.isDirectory()) return index === names.length - 1 ? 'there' : 'hidden';
  }
  return 'there';
}

async function statIfThere(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
