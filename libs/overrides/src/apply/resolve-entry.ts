import { DiagnosticError } from '@immutablue/diagnostics';
import { type EffectiveEntry } from '../entry';
import { refusalOf } from '../gate/refusal';
import { type LastPart, type ResolvedPath, type RootFilesystem } from '../root/root-filesystem';

/** Where a path leads, or the error that says why it leads nowhere. */
export async function resolveOrError(
  root: RootFilesystem,
  path: string,
  lastPart: LastPart,
): Promise<ResolvedPath | DiagnosticError> {
  try {
    return await root.resolve(path, lastPart);
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}

/**
 * The place of an entry in the root filesystem. A directory may be a link to one there (/bin is); a file or symlink takes
 * the place of a link.
 */
export function resolveEntry(root: RootFilesystem, entry: EffectiveEntry): Promise<ResolvedPath | DiagnosticError> {
  return resolveOrError(root, entry.path, entry.type === 'directory' ? 'follow' : 'keep');
}

/**
 * Whether the root filesystem has a link in the stead of an empty directory of a tree, to a place that no image fills: `/opt` is
 * `var/opt`, which is made at boot. The directory asks for nothing more.
 */
export async function hasLinkInstead(root: RootFilesystem, entry: EffectiveEntry): Promise<boolean> {
  if (entry.type !== 'directory' || !entry.isEmpty || entry.hasStatedPermissions) return false;
  if ((await root.lstat(entry.path))?.type !== 'symlink') return false;
  const place = await resolveEntry(root, entry);
  return !(place instanceof DiagnosticError) && refusalOf({ ...entry, path: place.path }) !== undefined;
}
