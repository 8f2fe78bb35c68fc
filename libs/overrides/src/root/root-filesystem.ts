import { type Sha256 } from '../entry';
import { type RootPath } from '../path';

/** What a name in the root filesystem is. */
export type NodeType = 'file' | 'directory' | 'symlink' | 'other';

/** Whether a symlink as the last part of a path is followed, or is itself what is meant. */
export type LastPart = 'follow' | 'keep';

/** Where a path leads inside the root filesystem. */
export interface ResolvedPath {
  /** The same place without links: every directory on the way is a real one. */
  readonly path: RootPath;
  /** Where it is on this machine, below the mount point. */
  readonly hostPath: string;
  readonly type: NodeType | 'missing';
}

/** One name below a directory. */
export interface RootNode {
  /** Bytes that are not UTF-8 are shown as U+FFFD; `encoding` says so. */
  readonly path: RootPath;
  readonly type: NodeType;
  readonly encoding: 'utf-8' | 'other';
}

/** What `lstat` says, as far as images keep it. */
export interface RootStat {
  readonly type: NodeType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Only of symlinks. */
  readonly target?: string;
}

/** Mode and owner of what is written; the owner is root unless given. */
export interface Attributes {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface WriteResult {
  /** The place that was written, without links. */
  readonly path: RootPath;
  readonly outcome: 'created' | 'replaced';
}

export interface DirectoryResult {
  readonly path: RootPath;
  readonly outcome: 'created' | 'present';
}

export interface RemoveResult {
  readonly path: RootPath;
  readonly outcome: 'removed' | 'absent';
  /** How many files, directories, links and so on are gone. */
  readonly count: number;
}

export interface RootOptions {
  /** Modification time, in seconds since 1970, of all that is written and of the directories that change by it. */
  readonly epochSeconds: number;
}

/**
 * The root filesystem of a working container, mounted on this machine. Paths are those that a process inside would use.
 *
 * Links are resolved part by part inside the root, as chroot(2) does it: a link's absolute target starts again at the
 * root, and `..` stops there. So nothing outside is read or written, whatever the links of the root filesystem point to.
 * This holds while nothing else changes the root filesystem at the same time.
 *
 * Every method throws a {@link DiagnosticError}: `build/path-outside-root` for a path that is relative or climbs above the
 * root, `build/path-not-usable` for a loop of links, a way through something that is not a directory, or the wrong type
 * at its end, `build/root-filesystem` when the system refuses, `oci/no-space` when the disk is full.
 */
export interface RootFilesystem {
  /** Absolute path of the root directory on this machine, without links. */
  readonly mountPoint: string;

  /** Where `path` leads. What is missing at its end is taken as it is written; a dangling link leads to its target. */
  resolve(path: string, lastPart?: LastPart): Promise<ResolvedPath>;
  /** Whether following `path`, links too, finds something. */
  exists(path: string): Promise<boolean>;
  /** What `path` itself is (a link is not followed), or undefined when there is nothing. */
  lstat(path: string): Promise<RootStat | undefined>;
  /** The content of a regular file, links followed. */
  readFile(path: string): Promise<Buffer>;
  /** The SHA-256 of a regular file, links followed. */
  sha256(path: string): Promise<Sha256>;
  /** What is directly in a directory (links to it followed), sorted by bytes. */
  list(path: string): Promise<readonly RootNode[]>;
  /** All that is below a directory (links to it followed, links in it not), parents first, sorted by bytes. */
  walk(path: string): AsyncGenerator<RootNode, void, void>;

  /**
   * Writes a file under a temporary name beside its place and renames it: a link or a file with other hard links is
   * replaced, never written through. Missing parents are made, root:root 0755. A directory is not replaced.
   */
  writeFile(path: string, content: string | Uint8Array, attributes: Attributes): Promise<WriteResult>;
  /**
   * Like `writeFile`, with the content of a regular file of this machine.
   *
   * @throws {DiagnosticError} `override/changed` when that content is not `expected`, `file/not-readable` when there is no
   *   such file; then nothing is replaced.
   */
  copyFile(sourceFile: string, path: string, attributes: Attributes, expected?: Sha256): Promise<WriteResult>;
  /** Makes a symlink with exactly this target, owned by root; replaces what `writeFile` would replace. */
  makeSymlink(path: string, target: string, owner?: Pick<Attributes, 'uid' | 'gid'>): Promise<WriteResult>;
  /** Makes a directory and its missing parents (those root:root 0755); one that is there already stays as it is. */
  makeDirectory(path: string, attributes?: Attributes): Promise<DirectoryResult>;
  /** Sets mode and owner of a regular file or a directory, links not followed. */
  setAttributes(path: string, attributes: Attributes): Promise<void>;
  /** Removes `path` and all below it. A link is removed, not what it points to. The root itself is refused. */
  remove(path: string): Promise<RemoveResult>;
  /** Removes all that is in a directory (links to it followed), but not the directory. `absent` when there was nothing. */
  emptyDirectory(path: string): Promise<RemoveResult>;
}
