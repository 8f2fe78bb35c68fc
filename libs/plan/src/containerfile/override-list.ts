import type { EffectiveEntry, OverrideTree } from '@immutablue/overrides';
import type { ContextFile } from './context-file';

/** The folder of the context that holds the content of overrides. */
export const OVERRIDES_FOLDER = 'overrides';

/** The list of overrides that scripts/overrides.sh reads: one a line, columns separated by tabs. */
export function overrideList(entries: readonly EffectiveEntry[]): string {
  return entries.map((entry) => `${columnsOf(entry).join('\t')}\n`).join('');
}

/** The files that the list refers to. */
export function overrideFiles(entries: readonly EffectiveEntry[]): ContextFile[] {
  return entries.flatMap((entry): ContextFile[] =>
    entry.type === 'file'
      ? [
          {
            path: `${OVERRIDES_FOLDER}/${sourceOf(entry)}`,
            content: { kind: 'file', source: entry.source, sha256: entry.sha256 },
          },
        ]
      : [],
  );
}

function columnsOf(entry: EffectiveEntry): string[] {
  const common = [entry.type, entry.mode.toString(8), entry.owner, entry.group, entry.path];
  switch (entry.type) {
    case 'file':
      return [...common, entry.sha256, sourceOf(entry)];
    case 'symlink':
      return [...common, entry.target];
    case 'directory':
      return [...common, entry.isEmpty || entry.hasStatedPermissions ? 'meant' : 'leads'];
  }
}

function sourceOf(entry: EffectiveEntry): string {
  return `${treeFolder(entry.tree)}${entry.path}`;
}

/** `cyan`, or `cyan_gui` for its tree of the option gui, as the tree is called in the variant's folder. */
function treeFolder({ variant, option }: OverrideTree): string {
  return option === undefined ? variant : `${variant}_${option}`;
}
