import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDirectory } from '@immutablue/oci';
import * as z from 'zod';

/** What a task can only know of the command line of Nx if it is told: Nx parses all words as options, and ends with 0 or 1. */
const commandLineSchema = z.strictObject({
  /** What stands after `--`, as it was typed. */
  words: z.array(z.string()),
  /** Absolute path of what Nx reads, where that is no terminal: a task on a terminal of Nx's does not see its end. */
  input: z.string().optional(),
  /** Absolute path of the file into which a task may write the exit code of Nx. */
  exitCodeFile: z.string(),
});

export type CommandLine = z.output<typeof commandLineSchema>;

const VARIABLE = 'IMMUTABLUE_COMMAND_LINE';

/**
 * Tells a task that Nx will run what its command line is. To be called in the process of Nx.
 *
 * @param environment that of the task, which gets a variable more.
 */
export function announceCommandLine(workspaceRoot: string, environment: Record<string, string | undefined>): void {
  const dashes = process.argv.indexOf('--');
  const exitCodeFile = join(stateDirectory(workspaceRoot), `exit-code-${process.pid}`);
  const commandLine: CommandLine = {
    words: dashes === -1 ? [] : process.argv.slice(dashes + 1),
    ...(process.stdin.isTTY ? {} : { input: `/proc/${process.pid}/fd/0` }),
    exitCodeFile,
  };
  environment[VARIABLE] = JSON.stringify(commandLine);
  process.on('exit', () => {
    if (!existsSync(exitCodeFile)) return;
    process.exitCode = Number(readFileSync(exitCodeFile, 'utf8'));
    rmSync(exitCodeFile);
  });
}

/** The command line of the Nx that runs this task; undefined when it was not announced. */
export function readCommandLine(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): CommandLine | undefined {
  const text = environment[VARIABLE];
  return text === undefined ? undefined : commandLineSchema.parse(JSON.parse(text));
}

/** Has Nx end with an exit code of its own. */
export function endNxWith({ exitCodeFile }: CommandLine, code: number): void {
  mkdirSync(dirname(exitCodeFile), { recursive: true });
  writeFileSync(exitCodeFile, String(code));
}
