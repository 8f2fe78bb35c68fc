import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  constants,
  fchmodSync,
  fchownSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { digestOf } from '../digest';
import { type Sha256 } from '../entry';
import { closing, isSystemError, openWithoutFollowing, writeAll, type FileDescriptor } from '../host';
import { childOf, parentOf, type RootPath } from '../path';
import { notUsable } from './failures';
import { hostPathOf, lookupOrThrow, type RootPlace } from './lookup';
import { type Attributes, type DirectoryResult, type WriteResult } from './root-filesystem';
import { changedSource, openSource } from './source';

const PARENT_ATTRIBUTES: Attributes = { mode: 0o755 };

/** See `RootFilesystem.writeFile`. */
export function writeFileAt(
  place: RootPlace,
  path: string,
  content: string | Uint8Array,
  attributes: Attributes,
): Promise<WriteResult> {
  return putFile(place, path, attributes, (descriptor) => writeAll(descriptor, Buffer.from(content)));
}

/** See `RootFilesystem.copyFile`. */
export function copyFileTo(
  place: RootPlace,
  sourceFile: string,
  path: string,
  attributes: Attributes,
  expected?: Sha256,
): Promise<WriteResult> {
  return closing(openSource(sourceFile), (source) =>
    putFile(place, path, attributes, async (descriptor) => {
      const { sha256 } = await digestOf(source, (piece) => writeAll(descriptor, piece));
      if (expected !== undefined && sha256 !== expected) throw changedSource(sourceFile);
    }),
  );
}

/** See `RootFilesystem.makeSymlink`. */
export function makeSymlinkAt(
  place: RootPlace,
  path: string,
  target: string,
  owner: Pick<Attributes, 'uid' | 'gid'>,
): Promise<WriteResult> {
  return replaceWith(place, path, (temporary) => {
    symlinkSync(target, temporary);
    lchownSync(temporary, owner.uid ?? 0, owner.gid ?? 0);
  });
}

/** See `RootFilesystem.makeDirectory`. */
export function makeDirectoryAt(
  place: RootPlace,
  path: string,
  attributes: Attributes = PARENT_ATTRIBUTES,
): DirectoryResult {
  const result = lookupOrThrow(place, path, 'follow');
  if (result.type === 'directory') return { path: result.path, outcome: 'present' };
  if (result.type !== 'missing') throw notUsable(path, 'is there already and not a directory');
  makeMissingDirectories(place, result.path, attributes);
  return { path: result.path, outcome: 'created' };
}

/** See `RootFilesystem.setAttributes`. */
export function setAttributesOf(place: RootPlace, path: string, attributes: Attributes): Promise<void> {
  const { type, hostPath } = lookupOrThrow(place, path, 'keep');
  if (type === 'missing') throw notUsable(path, 'does not exist');
  if (type !== 'file' && type !== 'directory') throw notUsable(path, 'is neither a file nor a directory');
  return closing(openWithoutFollowing(hostPath), (descriptor) => {
    setOnDescriptor(descriptor, attributes);
    return Promise.resolve();
  });
}

/** Sets the modification time of a directory in which a name came or went. */
export function settleDirectory(place: RootPlace, path: RootPath): void {
  lutimesSync(hostPathOf(place, path), place.epochSeconds, place.epochSeconds);
}

function putFile(
  place: RootPlace,
  path: string,
  attributes: Attributes,
  fill: (descriptor: FileDescriptor) => Promise<void>,
): Promise<WriteResult> {
  return replaceWith(place, path, (temporary) => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return closing(openSync(temporary, flags, 0o600), async (descriptor) => {
      await fill(descriptor);
      setOnDescriptor(descriptor, attributes);
    });
  });
}

/** Makes something under a temporary name in the directory that `path` leads to, then gives it the name. */
async function replaceWith(
  place: RootPlace,
  path: string,
  make: (temporary: string) => void | Promise<void>,
): Promise<WriteResult> {
  const result = lookupOrThrow(place, path, 'keep');
  if (result.type === 'directory') throw notUsable(path, 'is a directory, and only `remove` takes one away');
  const parent = parentOf(result.path);
  if (result.type === 'missing') makeMissingDirectories(place, parent, PARENT_ATTRIBUTES);
  const temporary = hostPathOf(place, childOf(parent, `.immutablue-${randomUUID()}`));
  try {
    await make(temporary);
    lutimesSync(temporary, place.epochSeconds, place.epochSeconds);
    renameSync(temporary, result.hostPath);
  } catch (error) {
    unlinkIfThere(temporary);
    throw error;
  }
  settleDirectory(place, parent);
  return { path: result.path, outcome: result.type === 'missing' ? 'created' : 'replaced' };
}

/** `path` has no links in it; what of it exists are directories. */
function makeMissingDirectories(place: RootPlace, path: RootPath, attributes: Attributes): void {
  const { type, hostPath } = lookupOrThrow(place, path, 'keep');
  if (type === 'directory') return;
  const parent = parentOf(path);
  makeMissingDirectories(place, parent, PARENT_ATTRIBUTES);
  mkdirSync(hostPath, 0o700);
  lchownSync(hostPath, attributes.uid ?? 0, attributes.gid ?? 0);
  // After the owner, because a change of owner takes setuid and setgid away; and not with mkdir, which the umask masks.
  chmodSync(hostPath, attributes.mode);
  settleDirectory(place, path);
  settleDirectory(place, parent);
}

/** The mode comes last: writing and a change of owner take setuid and setgid away. */
function setOnDescriptor(descriptor: FileDescriptor, attributes: Attributes): void {
  fchownSync(descriptor, attributes.uid ?? 0, attributes.gid ?? 0);
  fchmodSync(descriptor, attributes.mode);
}

function unlinkIfThere(hostPath: string): void {
  try {
    unlinkSync(hostPath);
  } catch (error) {
    // It had not been made, or the rename had been done.
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}
