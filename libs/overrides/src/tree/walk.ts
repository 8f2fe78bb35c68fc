import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs';
import { shortenPath, type Diagnostic } from '@immutablue/diagnostics';
import { digestOf } from '../digest';
import { type Sha256 } from '../entry';
import { closing, isSystemError, namesIn, openWithoutFollowing, type FileDescriptor } from '../host';
import { isPrintable } from '../path';
import { notAFolder, notReadable, notText, pathTooLong, unsupportedType, type FolderUse, type Subject } from './faults';

/** What is at a path of a folder. */
export type FoundFacts =
  | { readonly type: 'file'; readonly mode: number; readonly size: number; readonly sha256: Sha256 }
  | { readonly type: 'symlink'; readonly mode: number; readonly size: number; readonly target: string }
  | { readonly type: 'directory'; readonly mode: number; readonly size: 0 };

/** Something in a folder, or what is wrong with it; `path` is relative to the folder, without a leading slash. */
export type Found =
  | { readonly kind: 'entry'; readonly path: string; readonly facts: FoundFacts }
  | { readonly kind: 'fault'; readonly path: string; readonly diagnostic: Diagnostic };

/** A folder that is read, and what its parts are called. */
export interface FolderWalk {
  /** Absolute path of the folder that is trusted to be where it is. */
  readonly anchor: string;
  /** The way from there; none of its parts may be a link. */
  readonly parts: readonly string[];
  /** What the folder is called in a message: words, or a name in quotes. */
  readonly what: string;
  readonly use: FolderUse;
  /** How a path in it is written in a message. */
  readonly shown: (path: string) => string;
  /** Whether a path, with all below it, is not looked at. */
  readonly isLeftOut: (path: string) => boolean;
}

/**
 * Walks through a folder and hashes its files. Links are never followed: each directory is opened, and what is in it is
 * looked up in the opened directory, so that one that becomes a link meanwhile leads nowhere else. Names are read as bytes.
 *
 * Nothing is thrown for what is wrong in the folder: each fault is an item of its own.
 */
export async function* walkFolder(walk: FolderWalk): AsyncGenerator<Found> {
  const source = [walk.anchor, ...walk.parts].join('/');
  const opened = openParts(walk.anchor, walk.parts, { what: walk.what, source });
  if (opened.kind === 'failed') {
    yield { kind: 'fault', path: '', diagnostic: opened.diagnostic };
    return;
  }
  yield* walkDirectory(opened.value, '', { ...walk, source });
}

interface Place extends FolderWalk {
  /** Absolute path of the folder. */
  readonly source: string;
}

async function* walkDirectory(directory: FileDescriptor, path: string, place: Place): AsyncGenerator<Found> {
  try {
    const subject = subjectOf(path, place);
    const names = attempt(subject, () => namesIn(Buffer.from(pathOf(directory))));
    if (names.kind === 'failed') {
      yield { kind: 'fault', path, diagnostic: names.diagnostic };
      return;
    }
    for (const { name } of names.value) {
      const child = path === '' ? name.toString() : `${path}/${name.toString()}`;
      if (place.isLeftOut(child)) continue;
      if (isPrintable(name)) {
        yield* examine(directory, name.toString(), child, place);
      } else {
        // Not descended into: what is below a name that cannot be written cannot be named either.
        const what = `a name in ${path === '' ? place.shown('') : place.shown(path)}`;
        yield { kind: 'fault', path: child, diagnostic: notText({ what, source: subject.source }, name) };
      }
    }
  } finally {
    closeSync(directory);
  }
}

async function* examine(directory: FileDescriptor, name: string, path: string, place: Place): AsyncGenerator<Found> {
  const subject = subjectOf(path, place);
  const tooLong = checkLength(path, subject);
  if (tooLong !== undefined) {
    // Not descended into: one fault for all that is below.
    yield { kind: 'fault', path, diagnostic: tooLong };
    return;
  }
  const host = `${pathOf(directory)}/${name}`;
  const stats = attempt(subject, () => lstatSync(host));
  if (stats.kind === 'failed') {
    yield { kind: 'fault', path, diagnostic: stats.diagnostic };
  } else if (stats.value.isFile()) {
    yield await hashFile(host, path, subject, place.use);
  } else if (stats.value.isDirectory()) {
    yield { kind: 'entry', path, facts: { type: 'directory', mode: stats.value.mode & 0o7777, size: 0 } };
    const opened = attempt(subject, () => openDirectory(host));
    if (opened.kind === 'failed') yield { kind: 'fault', path, diagnostic: opened.diagnostic };
    else yield* walkDirectory(opened.value, path, place);
  } else if (stats.value.isSymbolicLink()) {
    yield linkAt(host, path, subject, stats.value.mode & 0o7777);
  } else {
    yield { kind: 'fault', path, diagnostic: unsupportedType(subject, stats.value, place.use) };
  }
}

async function hashFile(host: string, path: string, subject: Subject, use: FolderUse): Promise<Found> {
  try {
    return await closing(openWithoutFollowing(host), async (descriptor): Promise<Found> => {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) return { kind: 'fault', path, diagnostic: unsupportedType(subject, stats, use) };
      const facts = { type: 'file', mode: stats.mode & 0o7777, ...(await digestOf(descriptor)) } as const;
      return { kind: 'entry', path, facts };
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { kind: 'fault', path, diagnostic: notReadable(subject, error.code) };
  }
}

function linkAt(host: string, path: string, subject: Subject, mode: number): Found {
  const target = attempt(subject, () => readlinkSync(host, 'buffer'));
  if (target.kind === 'failed') return { kind: 'fault', path, diagnostic: target.diagnostic };
  if (!isPrintable(target.value)) {
    const what = `the target of the symlink ${subject.what}`;
    return { kind: 'fault', path, diagnostic: notText({ ...subject, what }, target.value) };
  }
  const facts = { type: 'symlink', mode, size: target.value.length, target: target.value.toString() } as const;
  return { kind: 'entry', path, facts };
}

function subjectOf(path: string, { shown, what, source }: Place): Subject {
  return path === '' ? { what, source } : { what: shown(shortenPath(path)), source: `${source}/${path}` };
}

/** PATH_MAX of Linux, without the NUL at the end: limits.h(0p). */
const MAXIMUM_BYTES = 4095;

/** What is in front of a path in an image while it is built, generously: the folder in which containers-storage mounts it. */
const MOUNT_BYTES = 256;

function checkLength(path: string, subject: Subject): Diagnostic | undefined {
  if (Buffer.byteLength(path) > MAXIMUM_BYTES - MOUNT_BYTES) return pathTooLong(subject, MAXIMUM_BYTES - MOUNT_BYTES);
  return Buffer.byteLength(subject.source) > MAXIMUM_BYTES ? pathTooLong(subject, MAXIMUM_BYTES) : undefined;
}

/** Opens the folder at the end of the way, none of whose parts is a link. */
function openParts(anchor: string, parts: readonly string[], subject: Subject): Attempt<FileDescriptor> {
  let directory = attempt(subject, () => openSync(anchor, constants.O_RDONLY | constants.O_DIRECTORY));
  for (const [index, part] of parts.entries()) {
    if (directory.kind === 'failed') return directory;
    const { value: parent } = directory;
    const host = `${pathOf(parent)}/${part}`;
    const way = parts.slice(0, index + 1);
    const here =
      index === parts.length - 1 ? subject : { what: `\`${way.join('/')}\``, source: [anchor, ...way].join('/') };
    const stats = attempt(here, () => lstatSync(host));
    if (stats.kind === 'done' && !stats.value.isDirectory()) {
      closeSync(parent);
      return { kind: 'failed', diagnostic: notAFolder(here, stats.value) };
    }
    directory = stats.kind === 'failed' ? stats : attempt(here, () => openDirectory(host));
    closeSync(parent);
  }
  return directory;
}

function openDirectory(host: string): FileDescriptor {
  return openSync(host, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

/** The way to an opened directory, which nothing that is renamed or replaced meanwhile changes: proc_pid_fd(5). */
function pathOf(directory: FileDescriptor): string {
  return `/proc/self/fd/${directory}`;
}

type Attempt<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/** What the system refuses is one fault among others: the rest of the folder is still read. */
function attempt<T>(subject: Subject, operation: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: operation() };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { kind: 'failed', diagnostic: notReadable(subject, error.code) };
  }
}
