import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { OPAQUE, WHITEOUT } from '../layers/layer';
import { readTarArchive } from '../layers/tar-header';
import { runCommand, type CommandOptions } from '../process';
import type { LowerLayers } from './lower-layers';

/** How overlayfs marks a directory that hides what lower layers have in its place. */
const OPAQUE_ATTRIBUTE = 'trusted.overlay.opaque';

/** What there is in the upper directory of overlayfs, as far as a layer says it in another way. */
export interface Upper {
  /** Absolute paths of the marks for what was removed of lower layers. */
  readonly removed: readonly string[];
  /** All directories, relative to the upper one. */
  readonly directories: readonly string[];
}

/**
 * Looks for the marks of overlayfs: for what was removed, devices with the numbers 0, 0.
 * https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories
 */
export async function scanUpper(upper: string): Promise<Upper> {
  const removed: string[] = [];
  const directories: string[] = [];
  for (const entry of await readdir(upper, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) directories.push(relative(upper, path));
    if (entry.isCharacterDevice() && (await lstat(path)).rdev === 0) removed.push(path);
  }
  return { removed, directories };
}

/** Puts the marks of a layer in their place: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export async function markRemoved(removed: readonly string[]): Promise<void> {
  for (const path of removed) {
    await rm(path);
    await writeFile(join(dirname(path), `${WHITEOUT}${basename(path)}`), '');
  }
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
async function isInAny(path: string, { driver, paths }: LowerLayers): Promise<boolean> {
  for (const layer of paths) {
    const found = await lookIn(resolve(driver, layer), path);
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
