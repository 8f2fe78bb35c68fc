import type { Diagnostic } from '@immutablue/diagnostics';
import type { Reads } from '@immutablue/plan';
import { quoted, type Located } from '@immutablue/variant';

/** The line of the first `# reads:` in a script's header, counted from 1; the first line when there is none. */
export function readsHeaderLine(text: string): number {
  return Math.max(1, text.split('\n').findIndex((line) => /^#\s*reads:/.test(line)) + 1);
}

/** What the comments at the beginning of a script or Containerfile declare, or the faults in them. */
export interface ScriptHeader {
  /** Of the root filesystem below it. */
  readonly reads: Reads;
  /** The files and folders of the variant's folder that it sees, relative to it; all that counts without such a header. */
  readonly files?: readonly string[];
  /** The secrets that it sees, by name. */
  readonly secrets: readonly Located<string>[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the headers of a script or a Containerfile, lines among the comments at its beginning:
 *
 * - `# reads: /path /other/path`: what it reads of the root filesystem below it, besides the programs that it runs, each path
 *   with all that is below it. Without such a line it reads everything; with an empty one nothing.
 * - `# files: files/f data`: what it sees of its variant's folder, each path with all that is below it. Without such a line it
 *   sees everything that counts there; with an empty one nothing but itself and the helpers.
 * - `# secrets: mok-key`: the secrets that it sees as /run/secrets/<name>, of those that its variant lists. Without such a line none.
 */
export function readScriptHeader(text: string, file: string): ScriptHeader {
  const found: Record<'reads' | 'files', string[] | undefined> = { reads: undefined, files: undefined };
  const secrets: Located<string>[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.startsWith('#')) break;
    const [, name, declared] = /^#\s*(reads|files|secrets):(.*)$/.exec(line) ?? [];
    if (declared === undefined) continue;
    if (name === 'secrets') secrets.push(...wordsOf(declared, { file, line: index + 1, text: line }));
    if (name !== 'reads' && name !== 'files') continue;
    const places = (found[name] ??= []);
    for (const { 0: place, index: column } of declared.matchAll(/\S+/g)) {
      if (PLACES[name].isRight(place)) {
        places.push(place);
        continue;
      }
      diagnostics.push({
        code: `script/wrong-${name}`,
        message: `${quoted(place)} is not a path that a script can declare ${PLACES[name].what}`,
        location: { file, line: index + 1, column: line.length - declared.length + column + 1 },
        hint: PLACES[name].hint,
      });
    }
  }
  return {
    reads: found.reads === undefined ? 'everything' : { trees: found.reads, paths: [] },
    ...(found.files === undefined ? {} : { files: found.files }),
    secrets,
    diagnostics,
  };
}

/** The words at the end of a line, each with its place. */
function wordsOf(words: string, { file, line, text }: { file: string; line: number; text: string }): Located<string>[] {
  return [...words.matchAll(/\S+/g)].map(({ 0: value, index }) => ({
    value,
    location: { file, line, column: text.length - words.length + index + 1, length: value.length, text },
  }));
}

/** A part that is `.` or `..`, or a wildcard. */
const UNCLEAR = /(^|\/)\.{1,2}(\/|$)|[*?[]/;

const PLACES = {
  reads: {
    what: 'to read',
    isRight: (place: string) => /^(\/[^/]+)+$/.test(place) && !UNCLEAR.test(place),
    hint: 'name files and folders by absolute paths without wildcards, like `# reads: /usr/lib/modules`',
  },
  files: {
    what: 'to see',
    isRight: (place: string) => /^[^/]+(\/[^/]+)*$/.test(place) && !UNCLEAR.test(place),
    hint: "name files and folders relative to the variant's folder without wildcards, like `# files: files/module.conf`",
  },
} as const;
