import { type SourceLocation } from '@immutablue/diagnostics';
import { type RootPath } from './path';

declare const digestBrand: unique symbol;

/** A SHA-256 as 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly [digestBrand]: 'Sha256' };

/** One folder of files for the root filesystem: `artifacts/overrides`, or `artifacts/overrides_<option>`. */
export interface OverrideTree {
  /** The variant whose tree it is. */
  readonly variant: string;
  /** The build option that the tree is for; the plain tree has none. */
  readonly option?: string;
  /** Absolute path of the folder. */
  readonly directory: string;
}

interface EntryBase {
  readonly path: RootPath;
  /** Permission bits, with setuid, setgid and sticky: `0o7777` at most. */
  readonly mode: number;
  /** Bytes of a file or of a symlink's target; 0 for a directory. */
  readonly size: number;
  /** Absolute path of the entry in its tree. */
  readonly source: string;
  readonly tree: OverrideTree;
}

export interface FileEntry extends EntryBase {
  readonly type: 'file';
  readonly sha256: Sha256;
}

export interface DirectoryEntry extends EntryBase {
  readonly type: 'directory';
  /** Whether no other entry is below it: an empty directory is there for its own sake, others only lead somewhere. */
  readonly isEmpty: boolean;
}

export interface SymlinkEntry extends EntryBase {
  readonly type: 'symlink';
  /** Exactly as it stands in the tree. */
  readonly target: string;
}

/** One file, directory or symlink of an override tree. */
export type ManifestEntry = FileEntry | DirectoryEntry | SymlinkEntry;

/** What a tree holds, sorted by path (by bytes). */
export interface Manifest {
  readonly tree: OverrideTree;
  readonly entries: readonly ManifestEntry[];
}

/** What becomes of an entry beyond its own tree. */
export interface EffectiveFacts {
  /** Name or number; `root` unless stated in variant.yaml. */
  readonly owner: string;
  readonly group: string;
  /** Whether variant.yaml states mode or owner: then they hold for directories that the root filesystem already has, too. */
  readonly hasStatedPermissions: boolean;
  /** The trees whose entry at this path lost, the nearest first. */
  readonly overridden: readonly OverrideTree[];
}

/** The entry that wins at its path. */
export type EffectiveEntry = ManifestEntry & EffectiveFacts;

/** Mode and owner of an override as variant.yaml states them. */
export interface OverridePermission {
  /** The override's absolute path in the root filesystem. */
  readonly path: string;
  /** Permission bits; those of the tree when not given. */
  readonly mode?: number;
  /** Name or number; root when not given. */
  readonly owner?: string;
  readonly group?: string;
  readonly location?: SourceLocation;
}
