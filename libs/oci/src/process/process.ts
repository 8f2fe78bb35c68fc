import { constants as osConstants } from 'node:os';
import { DiagnosticError, type Diagnostic, shellCommand } from '@immutablue/diagnostics';
import { execa } from 'execa';
import { withSystemPrograms } from './find-program';
import { followLines } from './follow-lines';
import { stopGroupOnAbort } from './process-group';
import { proxyEnvironment, withoutSecrets, type Proxies } from './host-environment';
import { isNoise } from '../buildah/noise';
import { missingTool } from '../host/tools';

/** A program and its arguments, exactly as they are executed. There is no shell in between. */
export type Argv = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Withheld when not given; buildah hands what it gets on to the commands in its containers. */
  readonly proxies?: Proxies;
  /** Written to standard input; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  /** Stops the command and all that it has started; see {@link stopGroupOnAbort}. */
  readonly signal?: AbortSignal;
  /**
   * Sent to the command when this process ends before it. Without it a command outlives a SIGKILL of this process, and works
   * on in a container that the next build removes. PR_SET_PDEATHSIG(2const).
   */
  readonly parentDeathSignal?: 'TERM' | 'KILL';
  /** A file that the command writes to: its lines are output too. */
  readonly outputFile?: string;
  /** What a text of the program's is for others: without secrets. */
  readonly mask?: (text: string) => string;
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
  /** The first line of output that reports a full disk. */
  readonly outOfSpace?: string;
  readonly durationMs: number;
}

/** How many lines of output a failed command shows. */
const TAIL_LINES = 20;

const COMMON_ENVIRONMENT = {
  // Messages are matched by this program: they must be in one language.
  LC_ALL: 'C.UTF-8',
  // buildah and skopeo mostly run for a few milliseconds, of which one in eight would go into collecting garbage.
  GOGC: process.env['GOGC'] ?? '400',
};

/** How system calls and dnf report a full disk. */
const OUT_OF_SPACE = /no space left on device|disk quota exceeded|more space needed on the/i;

/** A command ended with a non-zero exit code. `result` has its output. */
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
 * the program and clean up after it, in that order.
 */
export async function tryCommand(argv: Argv, options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = executed(argv, options.parentDeathSignal);
  const started = performance.now();
  const tail: string[] = [];
  // Not always in the tail: buildah ends with the trace of its stack.
  let outOfSpace: string | undefined;
  const { mask = (text: string) => text } = options;
  const take = (raw: string, stream: 'stdout' | 'stderr') => {
    const line = mask(raw);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    if (OUT_OF_SPACE.test(line)) outOfSpace ??= line;
    options.onLine?.(line, stream);
  };
  const observe = (stream: 'stdout' | 'stderr') =>
    function* (line: unknown) {
      take(String(line), stream);
      yield mask(String(line));
    };

  if (isAborted(options)) throw interrupted(argv);
  const follower =
    options.outputFile === undefined
      ? undefined
      : await followLines(options.outputFile, (line) => {
          take(line, 'stdout');
        });
  const subprocess = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: {
      ...COMMON_ENVIRONMENT,
      PATH: withSystemPrograms(process.env['PATH'] ?? ''),
      ...proxyEnvironment(options.proxies ?? 'withheld', process.env),
      ...withoutSecrets(process.env),
      ...options.environment,
    },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    stdout: observe('stdout'),
    stderr: observe('stderr'),
    detached: true,
    reject: false,
  });

  const ended = stopGroupOnAbort(subprocess.pid, options.signal);
  const outcome = await subprocess.finally(ended).finally(() => follower?.stop());
  if (isAborted(options)) throw interrupted(argv);
  return {
    argv,
    exitCode: exitCodeOf(argv, outcome),
    stdout: outcome.stdout,
    tail,
    ...(outOfSpace === undefined ? {} : { outOfSpace }),
    durationMs: performance.now() - started,
  };
}

function isAborted({ signal }: CommandOptions): boolean {
  return signal?.aborted === true;
}

/** A command line that gets a signal when this process ends before it. */
export function executed(argv: Argv, parentDeathSignal: CommandOptions['parentDeathSignal']): Argv {
  return parentDeathSignal === undefined ? argv : ['setpriv', '--pdeathsig', parentDeathSignal, '--', ...argv];
}

export interface InteractiveOptions {
  /** Whether it gets the proxies and secrets of this process, whose work it does then. */
  readonly environment?: 'passed' | 'withheld';
  /** Absolute path of what it reads, instead of what this process does. */
  readonly input?: string | undefined;
}

/**
 * Runs a program on this process's own terminal: for shells and other programs that a person talks to.
 *
 * @returns the exit code.
 */
export async function runInteractive(
  argv: Argv,
  { environment = 'withheld', input }: InteractiveOptions = {},
): Promise<number> {
  const [program, ...args] = argv;
  const secrets = environment === 'passed' ? {} : withoutSecrets(process.env);
  const env = { ...proxyEnvironment(environment, process.env), ...secrets };
  const outcome = await execa(program, args, {
    env,
    stdin: input === undefined ? 'inherit' : { file: input },
    stdout: 'inherit',
    stderr: [withoutNoise, 'inherit'],
    reject: false,
  });
  return exitCodeOf(argv, outcome);
}

/** What a program says on a terminal of buildah's is in its standard output: here is what buildah says of it. */
function* withoutNoise(line: unknown) {
  if (!isNoise(String(line))) yield line;
}

/** The exit code as shells have it: of a program that a signal has ended, 128 and its number. @throws {DiagnosticError} when it was not started. */
export function exitCodeOf(argv: Argv, { exitCode, signal, code }: Ended): number {
  if (exitCode !== undefined) return exitCode;
  if (signal === undefined) throw notStarted(argv, code);
  return 128 + osConstants.signals[signal];
}

/** What execa says of a program that has ended, or could not be started. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
}

function interrupted(argv: Argv): DiagnosticError {
  return new DiagnosticError({ code: 'build/interrupted', message: `interrupted while running \`${argv[0]}\`` });
}

function notStarted(argv: Argv, code: string | undefined): DiagnosticError {
  if (code === 'ENOENT') return missingTool(argv[0]);
  return new DiagnosticError({
    code: 'oci/command-failed',
    message: `\`${argv[0]}\` could not be started (${code ?? 'unknown reason'})`,
    notes: [shellCommand(argv)],
  });
}

function diagnosticFor(result: CommandResult): Diagnostic {
  const command = shellCommand(result.argv);
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
