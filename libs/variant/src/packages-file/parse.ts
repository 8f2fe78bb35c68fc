import { quoteNames, type Diagnostic, type SourceLocation } from '@immutablue/diagnostics';
import * as z from 'zod';
import { type Checked } from '../checked';
import { type BuildOption, type Release, type VariantName } from '../names';
import { quoted } from '../quoted';
import { checkNode, inFileOrder, unknownKey, wrongType } from '../yaml/issues';
import { readYaml } from '../yaml/read-yaml';
import { type SourceEntry, type SourceMap, type SourceNode } from '../yaml/source-node';
import { GROUP_KEYS, LIST_KEYS, RELEASE_KEYS, shownKey, type GroupKey, type ListKey, type ReleaseKey } from './keys';
import { type Entry, type PackageList, type PackageLists, type PackagesDefinition } from './packages';
import { parseListKey, parseSection, type KeyProblem, type ParsedListKey } from './parse-key';
import { ITEM_SCHEMAS, RELEASE_VALUE_SCHEMAS } from './values';

export interface PackagesSource {
  readonly file: string;
  readonly text: string;
  /** The variant that the file belongs to. */
  readonly variant: VariantName;
  /** The build options that keys may name: all of the family's. */
  readonly options: readonly BuildOption[];
  /** The releases that sections may name. */
  readonly releases: readonly Release[];
}

/** What is collected while a file is read. */
interface Reading {
  readonly source: PackagesSource;
  readonly lists: Map<ListKey, PackageList<unknown>[]>;
  readonly values: Record<ReleaseKey, Map<Release, Entry<string>>>;
  readonly diagnostics: Diagnostic[];
}

/** Reads a packages.yaml. Everything that is wrong with it comes back at once, each with its place in the file. */
export function parsePackages(source: PackagesSource): Checked<PackagesDefinition> {
  const { root, diagnostics: syntax } = readYaml(source.file, source.text);
  if (root === undefined) return { diagnostics: syntax.length > 0 ? syntax : [emptyFile(source.file)] };

  const reading: Reading = {
    source,
    lists: new Map(LIST_KEYS.map((key) => [key, []])),
    values: { lts_version: new Map(), zfs_rpm_url: new Map() },
    diagnostics: [...syntax],
  };
  readRoot(root, reading);
  if (reading.diagnostics.length > 0) return { diagnostics: inFileOrder(reading.diagnostics) };
  return {
    value: {
      file: source.file,
      variant: source.variant,
      // Each list was checked with the schema of its key, which TypeScript cannot follow through the loop.
      lists: Object.fromEntries(reading.lists) as unknown as PackageLists,
      values: reading.values,
    },
    diagnostics: [],
  };
}

function emptyFile(file: string): Diagnostic {
  return {
    code: 'yaml/missing-key',
    message: 'the file is empty',
    location: { file, line: 1, column: 1 },
    hint: 'write `immutablue:`, with nothing below it if the variant adds no packages',
  };
}

function readRoot(root: SourceNode, reading: Reading): void {
  const map = expectMap(root, reading);
  if (map === undefined) return;
  const top = map.entries.find((entry) => entry.key === 'immutablue');
  for (const entry of map.entries) {
    if (entry !== top) report(reading, { ...unknownKey(entry.key, ['immutablue'], entry.keyLocation), hint: TOP_HINT });
  }
  if (top !== undefined) for (const entry of entriesOf(top.value, reading)) readKey(entry, reading);
  else if (map.entries.length === 0) {
    report(reading, {
      code: 'yaml/missing-key',
      message: 'the key `immutablue` is missing',
      location: root.location,
      hint: TOP_HINT,
    });
  }
}

const TOP_HINT = 'all keys stand below `immutablue:`';

function readKey(entry: SourceEntry, reading: Reading): void {
  const group = GROUP_KEYS.find((key) => key === entry.key);
  const release = RELEASE_KEYS.find((key) => key === entry.key);
  if (group !== undefined) readGroup(group, entry.value, reading);
  else if (release !== undefined) readReleaseValues(release, entry.value, reading);
  else readListKey(entry, PLAIN_KEYS, OTHER_KEYS, reading);
}

/** The list keys that are in no group, and the other keys that stand beside them. */
const PLAIN_KEYS = LIST_KEYS.filter((key) => !key.includes('.'));
const OTHER_KEYS: readonly string[] = [...GROUP_KEYS, ...RELEASE_KEYS];

function readGroup(group: GroupKey, node: SourceNode, reading: Reading): void {
  const keys = LIST_KEYS.filter((key) => key.startsWith(`${group}.`));
  for (const entry of entriesOf(node, reading)) readListKey(entry, keys, [], reading);
}

function readListKey(
  entry: SourceEntry,
  candidates: readonly ListKey[],
  others: readonly string[],
  reading: Reading,
): void {
  const parsed = parseListKey(entry.key, { candidates, others, options: reading.source.options });
  if (parsed.kind === 'problem') {
    reportProblem(reading, parsed, entry.keyLocation);
    return;
  }
  if (entry.value.kind === 'list') {
    const hint = `put the list below a section: \`${shownKey(parsed.key)}: {all: […]}\``;
    report(reading, { ...wrongType('object', entry.value), hint });
    return;
  }
  for (const section of entriesOf(entry.value, reading)) readSection(section, parsed, reading);
}

function readSection(entry: SourceEntry, { key, condition }: ParsedListKey, reading: Reading): void {
  const section = parseSection(entry.key, reading.source.releases);
  if (section.kind === 'problem') {
    reportProblem(reading, section, entry.keyLocation);
    return;
  }
  const keyArchitecture = condition.architecture;
  const sectionArchitecture = section.condition.architecture;
  if (keyArchitecture !== undefined && sectionArchitecture !== undefined && keyArchitecture !== sectionArchitecture) {
    report(reading, {
      code: 'yaml/wrong-value',
      message: `this list can never count: its key is for ${keyArchitecture}, its section for ${sectionArchitecture}`,
      location: entry.keyLocation,
      hint: 'state the architecture once',
    });
  }
  const { value, diagnostics } = checkNode(z.array(ITEM_SCHEMAS[key] as z.ZodType).nullable(), entry.value);
  reading.diagnostics.push(...diagnostics);
  const nodes = entry.value.kind === 'list' ? entry.value.items : [];
  const entries = (value ?? []).map((item, index) => entryAt(item, nodes[index] ?? entry.value, reading));
  reading.lists.get(key)?.push({ key: condition, section: section.condition, entries });
}

function readReleaseValues(key: ReleaseKey, node: SourceNode, reading: Reading): void {
  for (const entry of entriesOf(node, reading)) {
    const section = parseSection(entry.key, reading.source.releases);
    const release = section.kind === 'section' ? section.condition.release : undefined;
    if (section.kind === 'problem' || release === undefined || section.condition.architecture !== undefined) {
      report(reading, {
        code: 'yaml/unknown-key',
        message: `\`${key}\` has one value for each release, and ${quoted(entry.key)} is none`,
        location: entry.keyLocation,
        hint: `known here: ${quoteNames(reading.source.releases)}`,
      });
      continue;
    }
    const { value, diagnostics } = checkNode<z.ZodType<string>>(RELEASE_VALUE_SCHEMAS[key], entry.value);
    reading.diagnostics.push(...diagnostics);
    if (value !== undefined) reading.values[key].set(release, entryAt(value, entry.value, reading));
  }
}

function entryAt<T>(value: T, node: SourceNode, reading: Reading): Entry<T> {
  return { value, location: node.location, variant: reading.source.variant };
}

/** The entries of a map; none, and a diagnostic, for anything else but nothing. */
function entriesOf(node: SourceNode, reading: Reading): readonly SourceEntry[] {
  return isNothing(node) ? [] : (expectMap(node, reading)?.entries ?? []);
}

function expectMap(node: SourceNode, reading: Reading): SourceMap | undefined {
  if (node.kind === 'map') return node;
  report(reading, wrongType('object', node));
  return undefined;
}

function isNothing(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function reportProblem(reading: Reading, { code, message, hint }: KeyProblem, location: SourceLocation): void {
  report(reading, { code, message, location, hint });
}

function report(reading: Reading, diagnostic: Diagnostic): void {
  reading.diagnostics.push(diagnostic);
}
