import type { Diagnostic } from '@immutablue/diagnostics';

/** One instruction of a Containerfile. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  /** `--name=value` words before the arguments. */
  readonly flags: readonly string[];
  /** What follows, without breaks of lines. */
  readonly text: string;
  /** The lines as they are written. */
  readonly lines: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

/** What a Containerfile says, in order; comments and empty lines between instructions are left out. */
export function readInstructions(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    if (isBlank(lines[index])) continue;
    const first = index;
    const parts: string[] = [];
    for (; index < lines.length; index += 1) {
      const line = lines[index] ?? '';
      // Comments and empty lines are skipped within an instruction too.
      if (index > first && isBlank(line)) continue;
      parts.push(line);
      if (!/\\\s*$/.test(line)) break;
    }
    instructions.push(toInstruction(parts, first + 1));
  }
  return instructions;
}

/** The arguments of COPY or ADD: a JSON array, or words. */
export function argumentsOf({ text }: Instruction): { readonly form: 'json' | 'words'; readonly words: string[] } {
  const json = parseWords(text);
  return json === undefined ? { form: 'words', words: text.split(/\s+/) } : { form: 'json', words: json };
}

/** What no Containerfile of several parts can hold: a here-document, another escape character. */
export function unsupportedIn(text: string, file: string): Diagnostic[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index): Diagnostic[] => {
    const isDirective = /^#\s*escape\s*=\s*`/i.test(line);
    const isHereDocument = /^\s*(RUN|COPY|ADD)\b.*<<-?["']?\w/i.test(line);
    if (!isDirective && !isHereDocument) return [];
    const what = isDirective ? 'another escape character' : 'a here-document';
    return [
      {
        code: 'containerfile/not-expressible',
        message: `${what} in a dep-builder cannot be written into a Containerfile with other stages`,
        location: { file, line: index + 1, column: 1, length: line.length, text: line },
        hint: 'put what it holds into a file beside the Containerfile, and COPY that',
      },
    ];
  });
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || /^\s*(#.*)?$/.test(line);
}

function toInstruction(lines: readonly string[], line: number): Instruction {
  const joined = lines
    .map((part) => part.replace(/\\\s*$/, ' '))
    .join('')
    .trim();
  const [, keyword = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(joined) ?? [];
  const flags: string[] = [];
  let text = rest;
  for (let flag = /^(--\S+)\s*/.exec(text); flag !== null; flag = /^(--\S+)\s*/.exec(text)) {
    flags.push(flag[1] ?? '');
    text = text.slice(flag[0].length);
  }
  return { keyword: keyword.toUpperCase(), flags, text, lines, line };
}

function parseWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    // A name may begin with a bracket, too: then it is not JSON.
    return undefined;
  }
}
