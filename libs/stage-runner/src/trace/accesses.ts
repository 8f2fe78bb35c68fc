import { posix } from 'node:path';
import type { Call, Exit } from './strace-line';
import { readDescriptor, readString, readStrings } from './strace-line';
import { listsNames, loadsCode, makesProcess, pathsOf, type AccessKind, type PathUse } from './system-calls';

/** What a process of a script did with a path of the root file system. */
export interface Access {
  /** Absolute in the root file system; links in it are not resolved. */
  readonly path: string;
  readonly kind: AccessKind;
  /** `absent`: there was no such path. */
  readonly outcome: 'found' | 'absent';
  readonly lastPart: PathUse['lastPart'];
  /** The program that the process ran, as it was started. */
  readonly program: string;
}

/** What a trace says of a script. */
export interface ScriptTrace {
  readonly accesses: readonly Access[];
  /** The directories that processes of it worked in. */
  readonly workingDirectories: ReadonlySet<string>;
}

/** A process from its first call to its end; IDs of processes are used again. */
interface Process {
  readonly calls: Call[];
  hasEnded: boolean;
}

/** The program and the places that a process begins with: those of the process that made it. */
interface State {
  /** Where its root directory and its working directory are, as the machine that traces sees them. */
  root: string;
  directory: string;
  program: string;
}

/** An access with its place among all calls of the trace. */
interface Ordered {
  readonly at: number;
  readonly access: Access;
}

/** How a script is found in a trace. */
export interface TracedScript {
  /** The command by which the container starts it. */
  readonly command: readonly string[];
  /** The files that its text is in, helpers that are sourced before it among them. */
  readonly sources: readonly string[];
}

/**
 * What a script did, of the trace of all that a container was run with: from where bash has opened the first of its files to the
 * end of that bash, by that process and those that it made.
 *
 * @returns undefined when the trace has no such command.
 */
export function readScriptTrace(entries: Iterable<Call | Exit>, script: TracedScript): ScriptTrace | undefined {
  const processes = new Map<number, Process[]>();
  const order = new Map<Call, number>();
  let container = '/';
  let first: number | undefined;
  for (const entry of entries) {
    if (first === undefined) {
      if (entry.kind === 'exit') continue;
      const [path = '', argv = ''] = entry.arguments;
      if (entry.name === 'chroot' && entry.result === '0') container = readString(path) ?? container;
      if (entry.name === 'execve' && entry.result === '0' && isSame(readStrings(argv), script.command))
        first = entry.pid;
      if (first === undefined) continue;
    }
    const known = processes.get(entry.pid) ?? [];
    processes.set(entry.pid, known);
    if (entry.kind === 'exit') {
      const last = known.at(-1);
      if (last === undefined || last.hasEnded) known.push({ calls: [], hasEnded: true });
      else last.hasEnded = true;
      if (entry.pid === first) break;
      continue;
    }
    let process = known.at(-1);
    if (process === undefined || process.hasEnded) {
      process = { calls: [], hasEnded: false };
      known.push(process);
    }
    order.set(entry, order.size);
    process.calls.push(entry);
  }
  const shell = first === undefined ? undefined : processes.get(first)?.shift();
  if (shell === undefined) return undefined;

  const found: Ordered[] = [];
  const workingDirectories = new Set<string>();
  // What bash looks up for itself before it reads the first of them is part of the program.
  const opened = shell.calls.findIndex(
    ({ name, arguments: words }) =>
      name.startsWith('open') && words.some((word) => script.sources.includes(readString(word) ?? '')),
  );
  const program = readString(shell.calls[0]?.arguments[0] ?? '') ?? '/';
  follow(shell.calls.slice(opened + 1), { root: container, directory: container, program });
  const accesses = found.sort((left, right) => left.at - right.at).map(({ access }) => access);
  return { accesses, workingDirectories };

  function follow(calls: readonly Call[], begins: State): void {
    const state = { ...begins };
    const loaded = new Set(calls.filter(loadsCode).map((call) => readDescriptor(call.arguments[4] ?? '')));
    for (const call of calls) {
      if (makesProcess(call)) {
        const made = processes.get(Number(call.result))?.shift();
        if (made !== undefined) follow(made.calls, state);
        continue;
      }
      note(call, state, loaded);
      if (call.result.startsWith('0')) move(call, state);
    }
  }

  function note(call: Call, state: State, loaded: ReadonlySet<string | undefined>): void {
    const at = order.get(call) ?? 0;
    const add = (path: string | undefined, kind: AccessKind, lastPart: PathUse['lastPart']) => {
      if (path === undefined) return;
      const access: Access = { path, kind, outcome: outcomeOf(call), lastPart, program: state.program };
      found.push({ at, access });
    };
    if (listsNames(call)) {
      add(inside(readDescriptor(call.arguments[0] ?? '')), 'list', 'keep');
      return;
    }
    for (const use of pathsOf(call)) {
      const path = inside(placeOf(call, use, state));
      const end = readDescriptor(call.result);
      const kind = use.kind === 'open' && loaded.has(end) ? 'load' : use.kind;
      add(path, effectOf(call, kind), use.lastPart);
      // Where links have led to.
      if (end !== undefined && inside(end) !== path) add(inside(end), effectOf(call, kind), 'keep');
    }
  }

  /** What of the call makes other paths of what comes after it. */
  function move(call: Call, state: State): void {
    const [given = ''] = call.arguments;
    const place = placeOf(call, { path: 0, kind: 'look', lastPart: 'follow' }, state);
    switch (call.name) {
      case 'chdir':
        state.directory = place ?? state.directory;
        break;
      case 'fchdir':
        state.directory = readDescriptor(given) ?? state.directory;
        break;
      case 'chroot':
        // `.` is the working directory.
        state.root = place ?? state.directory;
        break;
      case 'execve':
        state.program = inside(place) ?? state.program;
        break;
      default:
        return;
    }
    const directory = inside(state.directory);
    if (directory !== undefined) workingDirectories.add(directory);
  }

  /** A path of this machine as the container has it; undefined for one outside it. */
  function inside(path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    if (container === '/' || path === container) return path === container ? '/' : path;
    return path.startsWith(`${container}/`) ? path.slice(container.length) : undefined;
  }
}

/** The path that a call uses, as the machine that traces sees it. */
function placeOf(call: Call, use: PathUse, state: State): string | undefined {
  const given = readString(call.arguments[use.path] ?? '');
  // The descriptor itself is meant, which was opened before; or what a process works in.
  if (given === undefined || given === '' || given === '.') return undefined;
  if (given.startsWith('/')) return join(state.root, given);
  const directory = use.directory === undefined ? undefined : readDescriptor(call.arguments[use.directory] ?? '');
  if (use.directory !== undefined && directory === undefined) return undefined;
  return join(directory ?? state.directory, given);
}

/** Without `.` and `..`, and without the slash at the end that asks for a directory. */
function join(directory: string, path: string): string {
  const joined = posix.join(directory, path);
  return joined.length > 1 && joined.endsWith('/') ? joined.slice(0, -1) : joined;
}

/** A call that was refused has written nothing: it has looked. */
function effectOf(call: Call, kind: AccessKind): AccessKind {
  const isRefused = call.result.startsWith('-');
  return isRefused && (kind === 'create' || kind === 'change') ? 'look' : kind;
}

function outcomeOf({ result }: Call): Access['outcome'] {
  return /^-\d+ (ENOENT|ENOTDIR)\b/.test(result) ? 'absent' : 'found';
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}
