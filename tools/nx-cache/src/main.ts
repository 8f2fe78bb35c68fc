import { print } from '@immutablue/diagnostics';
import { reportFaults } from '@immutablue/executor';
import { HELP, parseCommandLine } from './command-line';
import { runWithResults } from './run';

/** The command `immutablue-nx-cache`. @returns the exit code of the command that it runs, or that of the fault why it does not. */
export function main(words: readonly string[]): Promise<number> {
  return reportFaults(process.cwd(), async () => {
    const commandLine = parseCommandLine(words);
    switch (commandLine.kind) {
      case 'help':
        print(HELP);
        return 0;
      case 'run':
        return await runWithResults(commandLine, process.env);
    }
  });
}
