import { type Diagnostic } from '@immutablue/diagnostics';
import { comparePaths } from '../path';
import { walkFolder } from './walk';

/** One thing in a folder of the workspace, by its path relative to the folder. */
export type FolderEntry =
  /** `mode` is 0o755 for what git keeps as executable, else 0o644: nothing else is the same in each checkout. */
  | { readonly type: 'file'; readonly path: string; readonly mode: 0o644 | 0o755; readonly sha256: string }
  /** Exactly as it stands there; what it leads to is a matter of the root filesystem that sees it. */
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  | { readonly type: 'directory'; readonly path: string };

/** A folder of the workspace as a build sees it: these entries and nothing else, whatever is there when it runs. */
export interface FolderContent {
  /** Absolute path. */
  readonly folder: string;
  /** Sorted by path. */
  readonly entries: readonly FolderEntry[];
}

/** A folder to read. */
export interface FolderToRead {
  /** Absolute path of a variant's folder. */
  readonly anchor: string;
  /** The folder's name below it; the variant's folder itself when not given. A link is refused. */
  readonly name?: string;
  /** Whether a path, relative to the folder and with all below it, does not count. */
  readonly isLeftOut?: (path: string) => boolean;
}

/**
 * Reads all of a folder and hashes its files; links are entries and never followed.
 *
 * @returns what is wrong in `diagnostics`, with codes as those of `scanTree`; `file/not-readable` for a FIFO or device.
 */
export async function readFolder({
  anchor,
  name,
  isLeftOut = () => false,
}: FolderToRead): Promise<{ readonly content: FolderContent; readonly diagnostics: readonly Diagnostic[] }> {
  const entries: FolderEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  const parts = name === undefined ? [] : [name];
  const shown = (path: string) => `\`${[...parts, path].join('/')}\``;
  for await (const item of walkFolder({
    anchor,
    parts,
    what: shown('').replace('/`', '`'),
    use: 'workspace',
    shown,
    isLeftOut,
  })) {
    if (item.kind === 'fault') {
      diagnostics.push(item.diagnostic);
      continue;
    }
    const { path, facts } = item;
    switch (facts.type) {
      case 'file':
        entries.push({ type: 'file', path, mode: (facts.mode & 0o111) === 0 ? 0o644 : 0o755, sha256: facts.sha256 });
        break;
      case 'symlink':
        entries.push({ type: 'symlink', path, target: facts.target });
        break;
      case 'directory':
        entries.push({ type: 'directory', path });
    }
  }
  const folder = [anchor, ...parts].join('/');
  return { content: { folder, entries: entries.sort((a, b) => comparePaths(a.path, b.path)) }, diagnostics };
}
