/** A system call as strace(1) prints it with `-f -y`. */
export interface Call {
  readonly kind: 'call';
  readonly pid: number;
  readonly name: string;
  /** As they are printed: strings in quotes, file descriptors with their path in angle brackets. */
  readonly arguments: readonly string[];
  /** What stands behind `=`; `?` when the process ended within the call. */
  readonly result: string;
}

/** The end of a process. */
export interface Exit {
  readonly kind: 'exit';
  readonly pid: number;
}

const LINE = /^(?<pid>\d+) +(?<rest>.*)$/;
const UNFINISHED = /^(?<text>.*) <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. \w+ resumed>(?<text>.*)$/;
const CALL = /^(?<name>\w+)\(/;

/**
 * Gives a function that reads lines of a trace one after the other. Calls of several processes at the same time are printed
 * in two halves each: the call is given with the second half.
 */
export function createLineReader(): (line: string) => Call | Exit | undefined {
  const unfinished = new Map<number, string>();
  return (line) => {
    const { pid: digits, rest } = LINE.exec(line)?.groups ?? {};
    if (digits === undefined || rest === undefined) return undefined;
    const pid = Number(digits);
    if (rest.startsWith('+++ exited') || rest.startsWith('+++ killed')) return { kind: 'exit', pid };
    const firstHalf = UNFINISHED.exec(rest)?.groups?.['text'];
    if (firstHalf !== undefined) {
      unfinished.set(pid, firstHalf);
      return undefined;
    }
    const resumed = RESUMED.exec(rest)?.groups?.['text'];
    if (resumed === undefined) return readCall(pid, rest);
    const text = `${unfinished.get(pid) ?? ''}${resumed}`;
    unfinished.delete(pid);
    return readCall(pid, text);
  };
}

function readCall(pid: number, text: string): Call | undefined {
  const name = CALL.exec(text)?.groups?.['name'];
  if (name === undefined) return undefined;
  const { parts, end } = splitArguments(text, name.length + 1);
  const result = /^\)\s*= (?<result>.*)$/.exec(text.slice(end))?.groups?.['result'];
  return result === undefined ? undefined : { kind: 'call', pid, name, arguments: parts, result };
}

/** Splits at the commas that are in no string, structure, list or path; `end` is where the closing parenthesis is. */
function splitArguments(text: string, start: number): { readonly parts: readonly string[]; readonly end: number } {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  let at = start;
  const take = () => {
    const part = text.slice(from, at).trim();
    if (part !== '') parts.push(part);
  };
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    else if (character === '<' && /[\dD]/.test(text.charAt(at - 1))) at = endOf(text, '>', at);
    else if ('([{'.includes(character)) depth += 1;
    else if (character === ')' && depth === 0) break;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      take();
      from = at + 1;
    }
  }
  take();
  return { parts, end: at };
}

function endOf(text: string, character: string, from: number): number {
  const end = text.indexOf(character, from);
  return end === -1 ? text.length : end;
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}

const ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** What a string in quotes stands for: strace escapes it as C does, bytes that are not ASCII as octal numbers. */
export function readString(argument: string): string | undefined {
  const quoted = /^"(?<text>(?:[^"\\]|\\.)*)"/.exec(argument)?.groups?.['text'];
  return quoted === undefined ? undefined : unescape(quoted);
}

/** The strings of a list such as the second argument of execve(2). */
export function readStrings(argument: string): readonly string[] {
  return [...argument.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => unescape(text ?? ''));
}

/** The path in angle brackets that strace adds to a file descriptor, or undefined for what is no file, such as a pipe. */
export function readDescriptor(argument: string): string | undefined {
  const path = /^(?:\d+|AT_FDCWD)<(?<path>\/[^>]*)>/.exec(argument)?.groups?.['path'];
  return path === undefined ? undefined : unescape(path);
}

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  for (const { 0: token, 1: octal, 2: letter } of text.matchAll(/\\([0-7]{1,3})|\\(.)|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0));
    else bytes.push(...Buffer.from(token));
  }
  return Buffer.from(bytes).toString('utf8');
}
