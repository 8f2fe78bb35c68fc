import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lchown, lutimes, mkdir, open, rename, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { digestOf } from '../digest';
import { type Sha256 } from '../entry';
import { isSystemError, openWithoutFollowing } from '../host';
import { childOf, parentOf, type RootPath } from '../path';
import { notUsable } from './failures';
import { hostPathOf, lookupOrThrow, type RootPlace } from './lookup';
import { type Attributes, type DirectoryResult, type WriteResult } from './root-filesystem';

const PARENT_ATTRIBUTES: Attributes = { mode: 0o755 };

/** See `RootFilesystem.writeFile`. */
export function writeFileAt(
  place: RootPlace,
  path: string,
  content: string | Uint8Array,
  attributes: Attributes,
): Promise<WriteResult> {
  return putFile(place, path, attributes, (handle) => handle.writeFile(content));
}

/** See `RootFilesystem.copyFile`. */
export async function copyFileTo(
  place: RootPlace,
  sourceFile: string,
  path: string,
  attributes: Attributes,
  expected?: Sha256,
): Promise<WriteResult> {
  const source = await openSource(sourceFile);
  try {
    return await putFile(place, path, attributes, async (handle) => {
      const { sha256 } = await digestOf(source, (piece) => handle.writeFile(piece));
      if (expected !== undefined && sha256 !== expected) throw changed(sourceFile);
    });
  } finally {
    await source.close();
  }
}

/** See `RootFilesystem.makeSymlink`. */
export function makeSymlinkAt(
  place: RootPlace,
  path: string,
  target: string,
  owner: Pick<Attributes, 'uid' | 'gid'>,
): Promise<WriteResult> {
  return replaceWith(place, path, async (temporary) => {
    await symlink(target, temporary);
    await lchown(temporary, owner.uid ?? 0, owner.gid ?? 0);
  });
}

/** See `RootFilesystem.makeDirectory`. */
export async function makeDirectoryAt(
  place: RootPlace,
  path: string,
  attributes: Attributes = PARENT_ATTRIBUTES,
): Promise<DirectoryResult> {
  const result = await lookupOrThrow(place, path, 'follow');
  if (result.type === 'directory') return { path: result.path, outcome: 'present' };
  if (result.type !== 'missing') throw notUsable(path, 'is there already and not a directory');
  await makeMissingDirectories(place, result.path, attributes);
  return { path: result.path, outcome: 'created' };
}

/** See `RootFilesystem.setAttributes`. */
export async function setAttributesOf(place: RootPlace, path: string, attributes: Attributes): Promise<void> {
  const { type, hostPath } = await lookupOrThrow(place, path, 'keep');
  if (type === 'missing') throw notUsable(path, 'does not exist');
  if (type !== 'file' && type !== 'directory') throw notUsable(path, 'is neither a file nor a directory');
  const handle = await openWithoutFollowing(hostPath);
  try {
    await setOnHandle(handle, attributes);
  } finally {
    await handle.close();
  }
}

/** Sets the modification time of a directory in which a name came or went. */
export async function settleDirectory(place: RootPlace, path: RootPath): Promise<void> {
  await lutimes(hostPathOf(place, path), place.epochSeconds, place.epochSeconds);
}

function putFile(
  place: RootPlace,
  path: string,
  attributes: Attributes,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<WriteResult> {
  return replaceWith(place, path, async (temporary) => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(temporary, flags, 0o600);
    try {
      await fill(handle);
      await setOnHandle(handle, attributes);
    } finally {
      await handle.close();
    }
  });
}

/** Makes something under a temporary name in the directory that `path` leads to, then gives it the name. */
async function replaceWith(
  place: RootPlace,
  path: string,
  make: (temporary: string) => Promise<void>,
): Promise<WriteResult> {
  const result = await lookupOrThrow(place, path, 'keep');
  if (result.type === 'directory') throw notUsable(path, 'is a directory, and only `remove` takes one away');
  const parent = parentOf(result.path);
  if (result.type === 'missing') await makeMissingDirectories(place, parent, PARENT_ATTRIBUTES);
  const temporary = hostPathOf(place, childOf(parent, `.immutablue-${randomUUID()}`));
  try {
    await make(temporary);
    await lutimes(temporary, place.epochSeconds, place.epochSeconds);
    await rename(temporary, result.hostPath);
  } catch (error) {
    await unlinkIfThere(temporary);
    throw error;
  }
  await settleDirectory(place, parent);
  return { path: result.path, outcome: result.type === 'missing' ? 'created' : 'replaced' };
}

/** `path` has no links in it; what of it exists are directories. */
async function makeMissingDirectories(place: RootPlace, path: RootPath, attributes: Attributes): Promise<void> {
  const { type, hostPath } = await lookupOrThrow(place, path, 'keep');
  if (type === 'directory') return;
  const parent = parentOf(path);
  await makeMissingDirectories(place, parent, PARENT_ATTRIBUTES);
  await mkdir(hostPath, 0o700);
  await lchown(hostPath, attributes.uid ?? 0, attributes.gid ?? 0);
  // After the owner, because a change of owner takes setuid and setgid away; and not with mkdir, which the umask masks.
  await chmod(hostPath, attributes.mode);
  await settleDirectory(place, path);
  await settleDirectory(place, parent);
}

/** The mode comes last: writing and a change of owner take setuid and setgid away. */
async function setOnHandle(handle: FileHandle, attributes: Attributes): Promise<void> {
  await handle.chown(attributes.uid ?? 0, attributes.gid ?? 0);
  await handle.chmod(attributes.mode);
}

async function openSource(sourceFile: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await openWithoutFollowing(sourceFile);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw sourceNotReadable(sourceFile, `cannot be read (${error.code})`, error);
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw sourceNotReadable(sourceFile, 'is not a regular file');
}

function sourceNotReadable(sourceFile: string, why: string, cause?: Error): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'file/not-readable',
      message: `\`${sourceFile}\` ${why}`,
      location: { file: sourceFile, line: 1, column: 1 },
    },
    { cause },
  );
}

function changed(sourceFile: string): DiagnosticError {
  return new DiagnosticError({
    code: 'override/changed',
    message: `\`${sourceFile}\` changed while the image was being built`,
    location: { file: sourceFile, line: 1, column: 1 },
    hint: 'build again',
  });
}

async function unlinkIfThere(hostPath: string): Promise<void> {
  try {
    await unlink(hostPath);
  } catch (error) {
    // It had not been made, or the rename had been done.
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}
