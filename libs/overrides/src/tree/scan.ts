import { lstatSync, readlinkSync } from 'node:fs';
import { type Diagnostic } from '@immutablue/diagnostics';
import { digestOf } from '../digest';
import { type FileEntry, type Manifest, type ManifestEntry, type OverrideTree } from '../entry';
import { closing, isSystemError, joinBytes, namesIn, openWithoutFollowing } from '../host';
import { childOf, comparePaths, isPrintable, parentOf, ROOT_DIRECTORY, type RootPath } from '../path';
import { notAFolder, notReadable, notText, unsupportedType, type Subject } from './faults';

export interface ScanResult {
  readonly manifest: Manifest;
  /** Everything in the tree that cannot be in an image, in the order of the paths. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Git keeps no empty directories; this file in one says that the directory is meant. */
const KEEPER = '.gitkeep';

/** How many files are read at the same time: enough to keep a disk busy, far below the limit of open files. */
const FILES_AT_ONCE = 16;

/**
 * Reads a whole tree and hashes its files. Symlinks are entries; they are never followed, and the tree's own folder must
 * not be one. Names are read as bytes, so that those that are not UTF-8 are found. An empty `.gitkeep` is left out.
 *
 * Nothing is thrown for what is wrong in the tree: all of it is in `diagnostics`, as `override/unsupported-type`,
 * `override/not-utf8`, `override/control-character` and `override/not-readable`.
 */
export async function scanTree(tree: OverrideTree): Promise<ScanResult> {
  const found = await hashFiles(await collect(walkTree(tree)));
  // What is wrong is there, too: a directory that holds nothing else is not an empty one.
  const parents = new Set(found.map(({ path }) => parentOf(path)));
  const entries = found.flatMap((item) => (item.kind === 'entry' ? [completeEntry(item, tree, parents)] : []));
  return {
    manifest: { tree, entries: entries.sort((left, right) => comparePaths(left.path, right.path)) },
    diagnostics: found.flatMap((item) => (item.kind === 'fault' ? [item.diagnostic] : [])),
  };
}

type Unfinished<Entry> = Entry extends ManifestEntry ? Omit<Entry, 'path' | 'source' | 'tree' | 'isEmpty'> : never;

interface FoundEntry {
  readonly kind: 'entry';
  readonly path: RootPath;
  readonly source: string;
  readonly facts: Unfinished<ManifestEntry>;
}

/** A file that is still to be read. */
interface FoundFile {
  readonly kind: 'file';
  readonly path: RootPath;
  readonly source: string;
  readonly mode: number;
}

interface FoundFault {
  readonly kind: 'fault';
  readonly path: RootPath;
  readonly diagnostic: Diagnostic;
}

type Found = FoundEntry | FoundFile | FoundFault;

async function* walkTree(tree: OverrideTree): AsyncGenerator<Found> {
  const what = tree.option === undefined ? '`overrides`' : `\`overrides_${tree.option}\``;
  const subject = { what, source: tree.directory };
  const stats = await attempt(subject, () => lstatSync(tree.directory));
  if (stats.kind === 'failed') yield faultAt(ROOT_DIRECTORY, stats.diagnostic);
  else if (!stats.value.isDirectory()) yield faultAt(ROOT_DIRECTORY, notAFolder(subject, stats.value));
  else yield* walkDirectory(ROOT_DIRECTORY, Buffer.from(tree.directory), subject);
}

async function* walkDirectory(path: RootPath, host: Buffer, subject: Subject): AsyncGenerator<Found> {
  const names = await attempt(subject, () => namesIn(host));
  if (names.kind === 'failed') {
    yield faultAt(path, names.diagnostic);
    return;
  }
  for (const { name } of names.value) {
    if (isPrintable(name)) {
      yield* examine(childOf(path, name.toString()), joinBytes(host, name));
    } else {
      // Not descended into: what is below a name that cannot be written cannot be named either.
      const fault = notText({ what: `a name in \`${path}\``, source: subject.source }, name);
      yield faultAt(childOf(path, name.toString()), fault);
    }
  }
}

async function* examine(path: RootPath, host: Buffer): AsyncGenerator<Found> {
  const source = host.toString();
  const subject = { what: `\`${path}\``, source };
  const attempted = await attempt(subject, () => lstatSync(host));
  if (attempted.kind === 'failed') {
    yield faultAt(path, attempted.diagnostic);
    return;
  }
  const stats = attempted.value;
  const mode = stats.mode & 0o7777;
  if (stats.isFile()) {
    const isKeeper = stats.size === 0 && path.endsWith(`/${KEEPER}`);
    if (!isKeeper) yield { kind: 'file', path, source, mode };
  } else if (stats.isDirectory()) {
    yield { kind: 'entry', path, source, facts: { type: 'directory', mode, size: 0 } };
    yield* walkDirectory(path, host, subject);
  } else if (stats.isSymbolicLink()) {
    yield examineLink(path, subject, mode, await attempt(subject, () => readlinkSync(host, 'buffer')));
  } else {
    yield faultAt(path, unsupportedType(subject, stats));
  }
}

function examineLink(path: RootPath, subject: Subject, mode: number, target: Attempt<Buffer>): Found {
  if (target.kind === 'failed') return faultAt(path, target.diagnostic);
  if (!isPrintable(target.value)) {
    return faultAt(path, notText({ ...subject, what: `the target of the symlink ${subject.what}` }, target.value));
  }
  const facts = { type: 'symlink', mode, size: target.value.length, target: target.value.toString() } as const;
  return { kind: 'entry', path, source: subject.source, facts };
}

async function hashFiles(found: readonly Found[]): Promise<readonly (FoundEntry | FoundFault)[]> {
  const results: (FoundEntry | FoundFault)[] = [];
  for (let start = 0; start < found.length; start += FILES_AT_ONCE) {
    const group = found.slice(start, start + FILES_AT_ONCE);
    results.push(
      ...(await Promise.all(group.map(async (item) => (item.kind === 'file' ? await hashFile(item) : item)))),
    );
  }
  return results;
}

async function hashFile({ path, source, mode }: FoundFile): Promise<FoundEntry | FoundFault> {
  const hashed = await attempt({ what: `\`${path}\``, source }, () =>
    closing(openWithoutFollowing(source), async (descriptor): Promise<Unfinished<FileEntry>> => {
      return { type: 'file', mode, ...(await digestOf(descriptor)) };
    }),
  );
  return hashed.kind === 'failed'
    ? faultAt(path, hashed.diagnostic)
    : { kind: 'entry', path, source, facts: hashed.value };
}

function completeEntry(found: FoundEntry, tree: OverrideTree, parents: ReadonlySet<RootPath>): ManifestEntry {
  const { path, source, facts } = found;
  return facts.type === 'directory'
    ? { ...facts, path, source, tree, isEmpty: !parents.has(path) }
    : { ...facts, path, source, tree };
}

function faultAt(path: RootPath, diagnostic: Diagnostic): FoundFault {
  return { kind: 'fault', path, diagnostic };
}

type Attempt<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/** What the system refuses is one fault among others: the rest of the tree is still read. */
async function attempt<T>(subject: Subject, operation: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: 'done', value: await operation() };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { kind: 'failed', diagnostic: notReadable(subject, error.code) };
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
