import { DiagnosticError, print } from '@immutablue/diagnostics';
import {
  createContainer,
  ownedName,
  removeContainer,
  requireImage,
  runArgv,
  runInteractive,
  type RunInContainer,
} from '@immutablue/oci';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { endNxWith, readCommandLine } from '../../shared/command-line';
import { planForHost } from '../../shared/host';
import type { shell } from './definition';

/** Opens a shell in a variant's image, or runs one command there. What is changed in it is thrown away. */
export const run: Run<typeof shell> = async (task, signal) => {
  const plan = await planForHost(task);
  await fetchBuiltImage(task, plan, signal);
  const image = await requireImage(plan.reference, `build it first: \`npx nx build ${plan.variant}\``);
  const container = await ownedName(`shell-${plan.variant}`);
  const commandLine = readCommandLine();
  const [program, ...args] = commandLine?.words ?? [];
  const input = commandLine?.input;
  // Of a terminal programs never see the end of an input that is none.
  const terminal: RunInContainer['terminal'] = input === undefined && process.stdin.isTTY ? 'attached' : 'none';
  try {
    await createContainer(image.id, container);
    if (program === undefined && terminal === 'attached') {
      print(`A shell in ${plan.reference}; what you change is thrown away.`);
    }
    const command = program === undefined ? (['bash', '--login'] as const) : ([program, ...args] as const);
    const code = await runInteractive(runArgv({ container, command, terminal }), { input });
    // What the last command of a shell returned is no fault; that of a command is what was asked for.
    if (program === undefined || commandLine === undefined || code === 0) return;
    endNxWith(commandLine, code);
    throw new DiagnosticError({
      code: 'shell/command-failed',
      message: `\`${program}\` in ${plan.reference} ended with exit code ${code}`,
    });
  } finally {
    await removeContainer(container);
  }
};
