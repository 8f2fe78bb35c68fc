import {
  hintForUnknownName,
  nearestName,
  quoteNames,
  type Diagnostic,
  type SourceLocation,
} from '@immutablue/diagnostics';
import type * as z from 'zod';
import { quoted } from '../quoted';
import { keysAt } from '../schema/keys-at';
import { describeNode, entryOf, nodeAt, toData, type SourceNode } from './source-node';

/** The value that `schema` makes of `node`, or all that is wrong with it, each at its own place in the file. */
export function checkNode<Schema extends z.ZodType>(
  schema: Schema,
  node: SourceNode,
): { readonly value?: z.output<Schema>; readonly diagnostics: readonly Diagnostic[] } {
  const result = schema.safeParse(toData(node), { error: inOurWords });
  if (result.success) return { value: result.data, diagnostics: [] };
  return { diagnostics: result.error.issues.flatMap((issue) => diagnosticsFor(issue, node, schema)) };
}

/** What is said where a schema does not say it: zod's own texts are about schemas, not about what to write. */
function inOurWords({ code }: z.core.$ZodRawIssue): string {
  return code === 'invalid_key' ? 'a key of another form' : 'a value of another form';
}

/** The diagnostics in the order of the file; what is wrong with a value that has aliases is said once. */
export function inFileOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isSame = (left: Diagnostic, right: Diagnostic) =>
    left.message === right.message && position(left) === position(right);
  return diagnostics
    .filter((one, index) => diagnostics.findIndex((other) => isSame(one, other)) === index)
    .toSorted((left, right) => position(left) - position(right));
}

function position({ location }: Diagnostic): number {
  return location === undefined ? 0 : location.line * 1e6 + location.column;
}

function diagnosticsFor(issue: z.core.$ZodIssue, root: SourceNode, schema: z.ZodType): readonly Diagnostic[] {
  const node = nodeAt(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const map = node?.kind === 'map' ? node : undefined;
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => unknownKey(key, known, map && entryOf(map, key)?.keyLocation));
  }
  if (issue.code === 'invalid_type') {
    if (node !== undefined) return [wrongType(issue.expected, node)];
    return isMisspelt(issue.path, root, schema) ? [] : [missingKey(issue.path, root)];
  }
  if (issue.code === 'invalid_key') return [wrongKey(issue, root)];
  if (issue.code === 'invalid_value') return [notOneOf(issue.values, node ?? root)];
  const hint: unknown = issue.code === 'custom' ? issue.params?.hint : undefined;
  return [
    {
      code: 'yaml/wrong-value',
      message: issue.message,
      location: shownOf(issue, (node ?? root).location),
      ...(typeof hint === 'string' ? { hint } : {}),
    },
  ];
}

/** Where it is, without the line itself when that holds a secret. */
function shownOf(issue: z.core.$ZodIssue, location: SourceLocation): SourceLocation {
  if (issue.code !== 'custom' || issue.params?.source !== 'hidden') return location;
  const { file, line, column } = location;
  return { file, line, column };
}

/** A key that the format does not have. */
export function unknownKey(key: string, known: readonly string[], location: SourceLocation | undefined): Diagnostic {
  return {
    code: 'yaml/unknown-key',
    message: `unknown key ${quoted(key)}`,
    ...(location === undefined ? {} : { location }),
    hint: hintForUnknownName(key, known),
  };
}

/** A key of a form that the map does not have; its own schema says what it should be. */
function wrongKey({ path, issues, message }: z.core.$ZodIssueInvalidKey, root: SourceNode): Diagnostic {
  const map = nodeAt(root, path.slice(0, -1));
  const key = String(path.at(-1));
  const location = map?.kind === 'map' ? entryOf(map, key)?.keyLocation : undefined;
  return {
    code: 'yaml/wrong-value',
    message: `the key ${quoted(key)}: ${issues[0]?.message ?? message}`,
    location: location ?? root.location,
  };
}

/** Whether the map has an unknown key that is probably meant to be the missing one: to be told that is enough. */
function isMisspelt(path: readonly PropertyKey[], root: SourceNode, schema: z.ZodType): boolean {
  const parent = nodeAt(root, path.slice(0, -1));
  const known = keysAt(schema, path.slice(0, -1));
  const written = parent?.kind === 'map' ? parent.entries.map((entry) => entry.key) : [];
  return written.some((key) => !known.includes(key) && nearestName(key, known) === path.at(-1));
}

function missingKey(path: readonly PropertyKey[], root: SourceNode): Diagnostic {
  const parent = nodeAt(root, path.slice(0, -1)) ?? root;
  const key = String(path.at(-1));
  return {
    code: 'yaml/missing-key',
    message: `the key \`${key}\` is missing`,
    location: parent.location,
    hint: `add \`${key}:\``,
  };
}

/** The nouns of zod's names of types. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
};

/** A value of another type than the format has at that place. */
export function wrongType(expected: string, node: SourceNode): Diagnostic {
  const hint = hintForType(expected, node);
  return {
    code: 'yaml/wrong-value',
    message: `expected ${TYPES[expected] ?? 'another form'}, found ${describeNode(node)}`,
    location: node.location,
    ...(hint === undefined ? {} : { hint }),
  };
}

function hintForType(expected: string, node: SourceNode): string | undefined {
  if (node.kind === 'scalar' && node.value === null) return 'write a value, or remove the line';
  if (expected === 'array' && node.kind === 'scalar') return `write ${quoted(`[${node.source}]`)}`;
  if (expected !== 'string') return undefined;
  if (node.kind === 'scalar') return `put it in quotes: ${quoted(`'${node.source}'`)}`;
  return node.kind === 'map' ? 'a value that holds `: ` or ends with `:` needs quotes' : undefined;
}

function notOneOf(values: readonly unknown[], node: SourceNode): Diagnostic {
  const names = values.map(String);
  const written = node.kind === 'scalar' ? quoted(String(node.value)) : describeNode(node);
  const near = node.kind === 'scalar' ? nearestName(String(node.value), names) : undefined;
  return {
    code: 'yaml/wrong-value',
    message: `${written} is not one of ${quoteNames(names)}`,
    location: node.location,
    ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
  };
}
