import { type Diagnostic, type SourceLocation } from '@immutablue/diagnostics';
import { quoted } from '../quoted';
import { nodeAt, type SourceNode } from './source-node';

/** A list in which a value makes sense once only: its key, and the key that tells its items apart if they are maps. */
export type ListWithoutRepetition = readonly [key: string, ...identity: string[]];

/** One diagnostic for each value that stands in one of these lists of a file once more. */
export function checkRepetitions(root: SourceNode, lists: readonly ListWithoutRepetition[]): readonly Diagnostic[] {
  return lists.flatMap(([key, ...identity]) => {
    const list = nodeAt(root, [key]);
    if (list?.kind !== 'list') return [];
    const seen = new Map<string, SourceLocation>();
    return list.items.flatMap((item): Diagnostic[] => {
      const node = nodeAt(item, identity);
      if (node?.kind !== 'scalar' || typeof node.value !== 'string') return [];
      const first = seen.get(node.value);
      if (first === undefined) {
        seen.set(node.value, node.location);
        return [];
      }
      const message = `${quoted(node.value)} is in the list twice`;
      return [
        { code: 'yaml/wrong-value', message, location: node.location, hint: `line ${first.line} has it already` },
      ];
    });
  });
}
