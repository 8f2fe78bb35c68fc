import { type SourceLocation } from '@immutablue/diagnostics';

/** What a YAML file holds, with the place of every value: aliases and merge keys are already followed. */
export type SourceNode = SourceScalar | SourceList | SourceMap;

export interface SourceScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, for hints: `6.10` where the value is 6.1. */
  readonly source: string;
  readonly location: SourceLocation;
}

export interface SourceList {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
  readonly location: SourceLocation;
}

export interface SourceMap {
  readonly kind: 'map';
  readonly entries: readonly SourceEntry[];
  readonly location: SourceLocation;
}

export interface SourceEntry {
  readonly key: string;
  readonly keyLocation: SourceLocation;
  readonly value: SourceNode;
}

/** The node as plain data, for a schema to check. */
export function toData(node: SourceNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toData);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, toData(entry.value)]));
  }
}

/** The node that `path` leads to from `node`, if there is one. */
export function nodeAt(node: SourceNode, path: readonly PropertyKey[]): SourceNode | undefined {
  return path.reduce<SourceNode | undefined>((current, step) => {
    switch (current?.kind) {
      case 'list':
        return typeof step === 'number' ? current.items[step] : undefined;
      case 'map':
        return entryOf(current, String(step))?.value;
      case 'scalar':
      case undefined:
        return undefined;
    }
  }, node);
}

/** The entry of that key. */
export function entryOf(map: SourceMap, key: string): SourceEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** The items of a list, the values of a map. */
export function childrenOf(node: SourceNode): readonly SourceNode[] {
  switch (node.kind) {
    case 'list':
      return node.items;
    case 'map':
      return node.entries.map((entry) => entry.value);
    case 'scalar':
      return [];
  }
}

/** What the node is, in the words of a message: "a list", "nothing". */
export function describeNode(node: SourceNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    case 'scalar':
      if (node.value === null) return 'nothing';
      return typeof node.value === 'boolean' ? `\`${node.source}\`` : `a ${typeof node.value}`;
  }
}

/** The place of what stands at a path below a node; that of the node itself when there is nothing. */
export function locationAt(root: SourceNode, path: readonly PropertyKey[]): SourceLocation {
  return (nodeAt(root, path) ?? root).location;
}
