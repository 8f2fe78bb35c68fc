import { hintForUnknownName, type Diagnostic, type DiagnosticCode, type SourceLocation } from '@immutablue/diagnostics';
import { isAlias, isMap, isNode, isScalar, isSeq, Scalar, type Alias, type Node, type YAMLMap } from 'yaml';
import { quoted } from '../quoted';
import { type Locate } from './locate';
import {
  childrenOf,
  describeNode,
  type SourceEntry,
  type SourceMap,
  type SourceNode,
  type SourceScalar,
} from './source-node';

/** How many values the aliases of a file may stand for, together: a few lines of nested aliases can stand for billions. */
export const ALIAS_BUDGET = 10_000;

interface Context {
  readonly locate: Locate;
  readonly diagnostics: Diagnostic[];
  /** What each anchor stands for at this point of the file; none while its own value is being converted. */
  readonly anchors: Map<string, SourceNode | undefined>;
  readonly weights: Map<SourceNode, number>;
  /** How many values the aliases so far stand for. */
  aliased: number;
}

/** The parsed document as source nodes, and what the parser lets pass but these files must not hold. */
export function convertDocument(
  contents: Node,
  locate: Locate,
): { readonly root: SourceNode; readonly diagnostics: readonly Diagnostic[] } {
  const context: Context = { locate, diagnostics: [], anchors: new Map(), weights: new Map(), aliased: 0 };
  const root = convert(contents, placeOf(contents, context), context);
  return { root, diagnostics: context.diagnostics };
}

/** `fallback` is the place of a value that is not written out, like that of `rpm:` at the end of a line. */
function convert(node: unknown, fallback: SourceLocation, context: Context): SourceNode {
  if (isAlias(node)) return followAlias(node, context);
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
  if (anchor !== undefined) context.anchors.set(anchor, undefined);
  const converted = convertOwn(node, fallback, context);
  if (anchor !== undefined) context.anchors.set(anchor, converted);
  return converted;
}

function convertOwn(node: unknown, fallback: SourceLocation, context: Context): SourceNode {
  if (isMap(node)) return convertMap(node, context);
  if (isSeq(node)) {
    const location = placeOf(node, context);
    return { kind: 'list', items: node.items.map((item) => convert(item, placeOf(item, context), context)), location };
  }
  if (isScalar(node)) {
    const source = node.source ?? '';
    const value = isPlain(node.value) ? node.value : source;
    return { kind: 'scalar', value, source, location: isWritten(node) ? placeOf(node, context) : fallback };
  }
  return nothing(fallback);
}

function convertMap(map: YAMLMap, context: Context): SourceMap {
  const own: SourceEntry[] = [];
  const merged: SourceEntry[] = [];
  for (const pair of map.items) {
    const keyLocation = placeOf(pair.key, context);
    const key = convert(pair.key, keyLocation, context);
    const value = convert(pair.value, keyLocation, context);
    if (key.kind !== 'scalar') {
      report(context, 'yaml/syntax', `a key must be a word, not ${describeNode(key)}`, keyLocation);
    } else if (key.value === '<<' && isScalar(pair.key) && pair.key.type === Scalar.PLAIN) {
      merged.push(...entriesToMerge(value, keyLocation, context));
    } else {
      addEntry(own, { key: typeof key.value === 'string' ? key.value : key.source, keyLocation, value }, context);
    }
  }
  // https://yaml.org/type/merge.html: a map's own keys win, then the maps that are named earlier.
  const taken = new Set(own.map((entry) => entry.key));
  const added = merged.filter((entry) => !taken.has(entry.key) && taken.add(entry.key));
  return { kind: 'map', entries: [...own, ...added], location: placeOf(map, context) };
}

function addEntry(entries: SourceEntry[], entry: SourceEntry, context: Context): void {
  const first = entries.find((other) => other.key === entry.key);
  if (first === undefined) {
    entries.push(entry);
    return;
  }
  const hint = `it is on line ${first.keyLocation.line} already: join the two`;
  report(context, 'yaml/duplicate-key', `the key ${quoted(entry.key)} is there twice`, entry.keyLocation, hint);
}

function entriesToMerge(value: SourceNode, location: SourceLocation, context: Context): readonly SourceEntry[] {
  const maps = value.kind === 'list' ? value.items : [value];
  return maps.flatMap((map) => {
    if (map.kind === 'map') return map.entries;
    report(context, 'yaml/wrong-value', 'the merge key `<<` needs a map, or a list of maps', location);
    return [];
  });
}

function followAlias(alias: Alias, context: Context): SourceNode {
  const location = placeOf(alias, context);
  const name = alias.source;
  if (!context.anchors.has(name)) {
    const hint =
      context.anchors.size === 0
        ? 'there is no anchor before it'
        : hintForUnknownName(name, [...context.anchors.keys()]);
    report(
      context,
      'yaml/syntax',
      `the alias ${quoted(`*${name}`)} has no anchor ${quoted(`&${name}`)} before it`,
      location,
      hint,
    );
    return nothing(location);
  }
  const target = context.anchors.get(name);
  if (target === undefined) {
    report(context, 'yaml/syntax', `the alias ${quoted(`*${name}`)} is within the value that it stands for`, location);
    return nothing(location);
  }
  if (context.aliased > ALIAS_BUDGET) return nothing(location);
  context.aliased += weightOf(target, context);
  if (context.aliased <= ALIAS_BUDGET) return target;
  const message = `the aliases of this file stand for more than ${ALIAS_BUDGET} values`;
  report(context, 'yaml/syntax', message, location, 'write the lists out: aliases of lists that hold aliases multiply');
  return nothing(location);
}

/** How many values a node holds, all aliases followed. */
function weightOf(node: SourceNode, context: Context): number {
  const known = context.weights.get(node);
  if (known !== undefined) return known;
  const weight = childrenOf(node).reduce((sum, child) => sum + weightOf(child, context), 1);
  context.weights.set(node, weight);
  return weight;
}

/** `a:` gives a scalar of no length; `a: ''` does not. */
function isWritten({ range }: Scalar): boolean {
  return range !== undefined && range !== null && range[0] < range[1];
}

/** The place of the value itself, without its anchor, tag and comment. */
function placeOf(node: unknown, { locate }: Context): SourceLocation {
  const [start, end] = isNode(node) ? (node.range ?? [0, 0]) : [0, 0];
  return locate(start, end);
}

function isPlain(value: unknown): value is SourceScalar['value'] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function nothing(location: SourceLocation): SourceScalar {
  return { kind: 'scalar', value: null, source: '', location };
}

function report(
  context: Context,
  code: DiagnosticCode,
  message: string,
  location: SourceLocation,
  hint?: string,
): void {
  context.diagnostics.push({ code, message, location, ...(hint === undefined ? {} : { hint }) });
}
