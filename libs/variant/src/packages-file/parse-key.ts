import { hintForUnknownName, nearestName, quoteNames, type DiagnosticCode } from '@immutablue/diagnostics';
import { type BuildOption, type Release } from '../names';
import { ARCHITECTURES, type Architecture } from '../platform';
import { quoted } from '../quoted';
import { shownKey, type ListKey } from './keys';

/** What is wrong with a key: a diagnostic without its place. */
export interface KeyProblem {
  readonly kind: 'problem';
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

/** Which builds a key is for: its suffixes. */
export interface KeyCondition {
  readonly option?: BuildOption;
  readonly architecture?: Architecture;
}

export interface ParsedListKey {
  readonly kind: 'list';
  readonly key: ListKey;
  readonly condition: KeyCondition;
}

/** The keys and words that can stand at a place. */
export interface KnownKeys {
  /** The list keys; below `brew` these are `brew.install` and `brew.uninstall`. */
  readonly candidates: readonly ListKey[];
  /** Keys without suffixes that stand beside them: only for hints. */
  readonly others: readonly string[];
  /** The build options of the family. */
  readonly options: readonly BuildOption[];
}

/**
 * Takes a key apart. Keys, options and architectures are all joined with `_`, so the longest known key counts first:
 * `rpm_rm_cyan` is `rpm_rm` for cyan.
 */
export function parseListKey(text: string, known: KnownKeys): ParsedListKey | KeyProblem {
  const key = known.candidates
    .filter((candidate) => text === shownKey(candidate) || text.startsWith(`${shownKey(candidate)}_`))
    .toSorted((left, right) => right.length - left.length)
    .at(0);
  if (key === undefined) return unknownListKey(text, known);
  if (text === shownKey(key)) return { kind: 'list', key, condition: {} };

  const { rest, architecture } = splitArchitecture(text.slice(shownKey(key).length + 1));
  const forArchitecture = architecture === undefined ? {} : { architecture };
  if (rest === '') {
    return architecture === undefined ? unknownListKey(text, known) : { kind: 'list', key, condition: forArchitecture };
  }
  const option = known.options.find((name) => name === rest);
  if (option !== undefined) return { kind: 'list', key, condition: { option, ...forArchitecture } };
  return {
    kind: 'problem',
    code: 'family/unknown-option',
    message: `${quoted(text)}: unknown build option ${quoted(rest)}`,
    hint: hintForOption(rest, key, known),
  };
}

function unknownListKey(text: string, known: KnownKeys): KeyProblem {
  return {
    kind: 'problem',
    code: 'yaml/unknown-key',
    message: `unknown key ${quoted(text)}`,
    hint: hintForUnknownName(text, [...known.candidates.map(shownKey), ...known.others]),
  };
}

function hintForOption(option: string, key: ListKey, known: KnownKeys): string {
  const leading = ARCHITECTURES.find((architecture) => option.startsWith(`${architecture}_`));
  const afterLeading = known.options.find((name) => leading !== undefined && option === `${leading}_${name}`);
  if (leading !== undefined && afterLeading !== undefined) {
    return `the architecture comes last: \`${shownKey(key)}_${afterLeading}_${leading}\``;
  }
  if (/^[0-9]+$/.test(option)) {
    return `releases are sections: write \`${option}:\` below \`${shownKey(key)}:\``;
  }
  const names = [...known.options, ...ARCHITECTURES];
  if (nearestName(option, names) !== undefined) return hintForUnknownName(option, names);
  // A slip in a longer key looks like an option: `rpm_ulr`.
  const longer = known.candidates.map(shownKey).filter((name) => name.startsWith(`${shownKey(key)}_`));
  const endings = longer.map((name) => name.slice(shownKey(key).length + 1));
  const ending = nearestName(option, endings);
  return ending === undefined ? hintForUnknownName(option, names) : `did you mean \`${shownKey(key)}_${ending}\`?`;
}

/** Which builds a section is for: the parts of its name. */
export interface SectionCondition {
  readonly release?: Release;
  readonly architecture?: Architecture;
}

export interface ParsedSection {
  readonly kind: 'section';
  readonly condition: SectionCondition;
}

/** Takes the name of a section apart: `all`, `44`, `all_x86_64`, `44_x86_64`. */
export function parseSection(text: string, releases: readonly Release[]): ParsedSection | KeyProblem {
  const { rest, architecture } = splitArchitecture(text);
  const forArchitecture = architecture === undefined ? {} : { architecture };
  if (rest === 'all') return { kind: 'section', condition: forArchitecture };
  const release = releases.find((known) => known === rest);
  if (release !== undefined) return { kind: 'section', condition: { release, ...forArchitecture } };
  return {
    kind: 'problem',
    code: 'yaml/unknown-key',
    message: /^[0-9]+$/.test(rest)
      ? `${quoted(rest)} is not a release of this workspace`
      : `unknown section ${quoted(text)}`,
    hint: `sections are ${quoteNames(['all', ...releases])}, alone or followed by ${ARCHITECTURES.map((name) => `\`_${name}\``).join(' or ')}`,
  };
}

function splitArchitecture(text: string): { readonly rest: string; readonly architecture?: Architecture } {
  if (isArchitecture(text)) return { rest: '', architecture: text };
  const architecture = ARCHITECTURES.find((name) => text.endsWith(`_${name}`) && text.length > name.length + 1);
  return architecture === undefined ? { rest: text } : { rest: text.slice(0, -architecture.length - 1), architecture };
}

function isArchitecture(text: string): text is Architecture {
  return (ARCHITECTURES as readonly string[]).includes(text);
}
