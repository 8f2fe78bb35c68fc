import { shellCommand } from '@immutablue/diagnostics';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Outcome {
  readonly exitCode: number;
  /** Both streams, in order of arrival. */
  readonly output: string;
}

/** What a program has printed. @throws {Error} with it when the program failed. */
export function outputOf({ exitCode, output }: Outcome): string {
  if (exitCode !== 0) throw new Error(output);
  return output;
}

/** A program that runs in a process group of its own, as a shell starts a foreground job on a terminal. */
export interface Program {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** Resolves once the output matches; rejects when the program ends without that. */
  readonly says: (pattern: RegExp) => Promise<void>;
  /** Sends a signal to the whole process group: what a terminal does at Ctrl-C. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  /** Types on its terminal, if it has one. */
  readonly type: (text: string) => void;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a program on a terminal of its own; without `signalGroup`: it is the terminal that makes signals of what is typed. */
export function startOnTerminal(argv: readonly [string, ...string[]], options: ProgramOptions): Program {
  // script(1) makes the terminal, of no size at first.
  const command = `stty rows 24 cols 100; exec ${shellCommand(argv)}`;
  return start(['script', '--quiet', '--return', '--flush', '--command', command, '/dev/null'], options);
}

/** Starts a program; unlike `runCommand` of @immutablue/oci it can be talked to with signals while it runs. */
export function start(argv: readonly [string, ...string[]], options: ProgramOptions): Program {
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // `script` reads what is typed from there; other programs find it empty at the end.
  if (program !== 'script') child.stdin.end();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);

  const state = { output: '' };
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    state.output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const outcome = once(child, 'close').then(([code]: unknown[]) => ({
    exitCode: typeof code === 'number' ? code : 128,
    output: state.output,
  }));

  return {
    pid,
    outcome,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(state.output)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void outcome.then(({ output }) => {
          reject(new Error(`the program ended without saying ${String(pattern)}:\n${output}`));
        });
      }),
    signalGroup: (signal) => {
      process.kill(-pid, signal);
    },
    type: (text) => {
      child.stdin.write(text);
    },
  };
}
