import { isUtf8 } from 'node:buffer';
import { type Stats } from 'node:fs';
import { shortenPath, visible, type Diagnostic } from '@immutablue/diagnostics';

/** What a folder is read for: its files go into an image, or they are what a build is made with. */
export type FolderUse = 'overrides' | 'workspace';

/** `what` is the subject of the sentence: a path in quotes, or words. `source` is where it is on this machine. */
export interface Subject {
  readonly what: string;
  readonly source: string;
}

/** A device, FIFO or socket in a tree. */
export function unsupportedType(subject: Subject, stats: Stats, use: FolderUse): Diagnostic {
  if (use === 'workspace') {
    const message = `${subject.what} is ${describeType(stats)}; builds see files, folders and symlinks`;
    return { code: 'file/not-readable', message, location: locationOf(subject) };
  }
  return {
    code: 'override/unsupported-type',
    message: `${subject.what} is ${describeType(stats)}; an override is a file, a directory or a symlink`,
    location: locationOf(subject),
    hint: 'devices, FIFOs and sockets are made on the running system: a line in /usr/lib/tmpfiles.d/, or a .socket unit',
  };
}

/** A tree whose own folder is not one. */
export function notAFolder(subject: Subject, stats: Stats): Diagnostic {
  return {
    code: 'override/unsupported-type',
    message: `${subject.what} is ${describeType(stats)}, not a directory`,
    location: locationOf(subject),
    ...(stats.isSymbolicLink() ? { hint: 'links are not followed: put the files themselves into this folder' } : {}),
  };
}

/** A name, or the target of a symlink, that cannot be written as text. */
export function notText(subject: Subject, bytes: Buffer): Diagnostic {
  const [code, fault] = isUtf8(bytes)
    ? (['override/control-character', 'holds a control character'] as const)
    : (['override/not-utf8', 'is not UTF-8'] as const);
  return {
    code,
    message: `${subject.what} ${fault}: \`${visible(bytes)}\``,
    location: locationOf(subject),
    hint: 'names and targets of symlinks in an image must be UTF-8 without control characters',
  };
}

/** A path that programs of the system cannot be given, here or in the image. */
export function pathTooLong(subject: Subject, maximum: number): Diagnostic {
  return {
    code: 'file/path-too-long',
    message: `${subject.what} has too long a path: ${maximum} bytes at most`,
    location: locationOf({ ...subject, source: shortenPath(subject.source) }),
    hint: 'a path has at most 4095 bytes, with that of the folder in which an image is mounted while it is built',
  };
}

/** Something that the user who builds may not read, or that went away. */
export function notReadable(subject: Subject, reason: string): Diagnostic {
  return {
    code: 'override/not-readable',
    message: `${subject.what} cannot be read (${reason})`,
    location: locationOf(subject),
    ...(reason === 'EACCES' ? { hint: 'the user who builds must be able to read every override' } : {}),
  };
}

function locationOf({ source }: Subject) {
  return { file: source, line: 1, column: 1 };
}

function describeType(stats: Stats): string {
  if (stats.isBlockDevice()) return 'a block device';
  if (stats.isCharacterDevice()) return 'a character device';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return stats.isSymbolicLink() ? 'a symlink' : 'a file';
}
