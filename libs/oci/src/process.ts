import { constants as osConstants } from 'node:os';
import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { execa } from 'execa';
import { followLines } from './follow-lines';
import { missingTool } from './tools';

/** A program and its arguments, exactly as they are executed. There is no shell in between. */
export type Argv = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to standard input; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  /** Stops the command: SIGTERM to its process group, SIGKILL after {@link KILL_DELAY_MS}. */
  readonly signal?: AbortSignal;
  /**
   * Sent to the command when this process ends before it, in whatever way: without it a command outlives a SIGKILL of this
   * process and goes on working on what the next build clears away. PR_SET_PDEATHSIG(2const).
   */
  readonly parentDeathSignal?: 'TERM' | 'KILL';
  /** A file that the command writes to: its lines are output too. */
  readonly outputFile?: string;
  /** Called with each line of output as it arrives. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface CommandResult {
  readonly argv: Argv;
  readonly exitCode: number;
  /** All of standard output, without its last line break. */
  readonly stdout: string;
  /** The last {@link TAIL_LINES} lines of both streams, in order of arrival. */
  readonly tail: readonly string[];
  /** The first line, of all that were printed, which says that the disk is full. */
  readonly outOfSpace?: string;
  readonly durationMs: number;
}

/** How long a command that was told to stop may take to clean up. */
export const KILL_DELAY_MS = 5000;

/** How many lines of output a failed command shows. */
export const TAIL_LINES = 20;

const COMMON_ENVIRONMENT = {
  // Messages are read by this program: they must be in one language.
  LC_ALL: 'C.UTF-8',
  // buildah and skopeo mostly run for a few milliseconds, of which one in eight would go into collecting garbage.
  GOGC: process.env['GOGC'] ?? '400',
};

/** What the system's calls and dnf say of a disk that is full. */
const OUT_OF_SPACE = /no space left on device|disk quota exceeded|more space needed on the/i;

/** A command ended with a non-zero exit code. `result` has what it printed. */
export class CommandError extends DiagnosticError {
  readonly result: CommandResult;

  constructor(result: CommandResult) {
    super(diagnosticFor(result));
    this.name = 'CommandError';
    this.result = result;
  }
}

/**
 * Runs a program and waits for it.
 *
 * @throws {CommandError} when it ends with a non-zero exit code.
 * @throws {DiagnosticError} `host/missing-tool` when there is no such program, `build/interrupted` when `signal` stopped it.
 */
export async function runCommand(argv: Argv, options: CommandOptions = {}): Promise<CommandResult> {
  const result = await tryCommand(argv, options);
  if (result.exitCode !== 0) throw new CommandError(result);
  return result;
}

/**
 * Like {@link runCommand}, but a non-zero exit code is an ordinary result.
 *
 * The program gets a process group of its own: a Ctrl-C in the terminal reaches this process alone, which can then stop
 * the program and remove what it left behind, in that order.
 */
export async function tryCommand(argv: Argv, options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = executed(argv, options.parentDeathSignal);
  const started = performance.now();
  const tail: string[] = [];
  // A program may say a lot more after it: buildah ends with the trace of its stack.
  let outOfSpace: string | undefined;
  const take = (line: string, stream: 'stdout' | 'stderr') => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    if (OUT_OF_SPACE.test(line)) outOfSpace ??= line;
    options.onLine?.(line, stream);
  };
  const observe = (stream: 'stdout' | 'stderr') =>
    function* (line: unknown) {
      take(String(line), stream);
      yield line;
    };

  if (options.signal?.aborted === true) throw interrupted(argv);
  const follower =
    options.outputFile === undefined
      ? undefined
      : await followLines(options.outputFile, (line) => {
          take(line, 'stdout');
        });
  const subprocess = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...COMMON_ENVIRONMENT, ...options.environment },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    stdout: observe('stdout'),
    stderr: observe('stderr'),
    detached: true,
    reject: false,
  });

  const stop = stopGroupOnAbort(subprocess.pid, options.signal);
  const outcome = await subprocess.finally(stop.dispose).finally(() => follower?.stop());
  if (stop.isStopped()) throw interrupted(argv);
  if (outcome.exitCode === undefined && outcome.signal === undefined) throw notStarted(argv, outcome.code);
  return {
    argv,
    exitCode: outcome.exitCode ?? 128 + signalNumber(outcome.signal),
    stdout: outcome.stdout,
    tail,
    ...(outOfSpace === undefined ? {} : { outOfSpace }),
    durationMs: performance.now() - started,
  };
}

function executed(argv: Argv, parentDeathSignal: CommandOptions['parentDeathSignal']): Argv {
  return parentDeathSignal === undefined ? argv : ['setpriv', '--pdeathsig', parentDeathSignal, '--', ...argv];
}

/**
 * Runs a program on this process's own terminal: for shells and other programs that a person talks to.
 *
 * @returns the exit code.
 */
export async function runInteractive(argv: Argv): Promise<number> {
  const [program, ...args] = argv;
  const outcome = await execa(program, args, { stdio: 'inherit', reject: false });
  if (outcome.exitCode === undefined && outcome.signal === undefined) throw notStarted(argv, outcome.code);
  return outcome.exitCode ?? 128 + signalNumber(outcome.signal);
}

/** An argv as a person would type it into a shell; for messages only. */
export function renderArgv(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

interface GroupStop {
  readonly dispose: () => void;
  readonly isStopped: () => boolean;
}

function stopGroupOnAbort(pid: number | undefined, signal: AbortSignal | undefined): GroupStop {
  if (signal === undefined || pid === undefined) return { dispose: () => undefined, isStopped: () => false };
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(pid, 'SIGTERM');
    timer = setTimeout(() => {
      signalGroup(pid, 'SIGKILL');
    }, KILL_DELAY_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  return {
    dispose: () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    },
    isStopped: () => signal.aborted,
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // The group ended between the decision and the signal: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function signalNumber(signal: NodeJS.Signals | undefined): number {
  return signal === undefined ? 0 : osConstants.signals[signal];
}

function interrupted(argv: Argv): DiagnosticError {
  return new DiagnosticError({ code: 'build/interrupted', message: `interrupted while running \`${argv[0]}\`` });
}

function notStarted(argv: Argv, code: string | undefined): DiagnosticError {
  if (code === 'ENOENT') return missingTool(argv[0]);
  return new DiagnosticError({
    code: 'oci/command-failed',
    message: `\`${argv[0]}\` could not be started (${code ?? 'unknown reason'})`,
    notes: [renderArgv(argv)],
  });
}

function diagnosticFor(result: CommandResult): Diagnostic {
  const command = renderArgv(result.argv);
  if (result.outOfSpace !== undefined) {
    return {
      code: 'oci/no-space',
      message: `no disk space left while running \`${result.argv.slice(0, 2).join(' ')}\``,
      notes: [command, result.outOfSpace],
      hint: 'free some space (`npx nx run images:gc` removes images that are not needed), then build again',
    };
  }
  return {
    code: 'oci/command-failed',
    message: `\`${result.argv.slice(0, 2).join(' ')}\` ended with exit code ${result.exitCode}`,
    notes: [command, ...result.tail],
  };
}
