import { shellCommand } from '@immutablue/diagnostics';
import { commandLine, lines, SCRIPTS_MOUNT } from '../containerfile/action';
import { digestIn } from '../folder';
import type { StepInput } from '../inputs';
import { scriptPath, type PlannedScript } from '../script';
import type { StepKind } from './kind';
import type { StepCommand } from './runtime';

/** Runs a script of a variant. */
export interface ScriptStep {
  readonly kind: 'script';
  readonly script: PlannedScript;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where scripts see the folder of their variant. */
export const CONTEXT_MOUNT = '/run/immutablue/context';

/** Where scripts see the helpers that are sourced before them. */
export const COMMON_MOUNT = '/run/immutablue/99-common.sh';

export const script: StepKind<ScriptStep> = {
  duration: 'long',
  repositories: 'asked',
  purpose: (step) => `run ${step.script.variant}/${scriptPath(step.script)}`,
  reads: (step) => step.script.reads,
  inputs,
  print: (step, shown) => [
    { kind: 'command', command: commandOf(step) },
    ...step.script.secrets.map(({ name, state }) => `secret ${name}: ${state}`),
    ...step.script.sees.entries.flatMap((entry) =>
      entry.type === 'file'
        ? [`sees ${shown.path(`${step.script.sees.folder}/${entry.path}`)}  sha256 ${entry.sha256.slice(0, 12)}`]
        : [],
    ),
  ],
  run: (step, runtime) => runtime.command(commandOf(step)),
  containerfile: (step) => {
    const { argv, environment, sees } = commandOf(step);
    const link = ['ln', '--symbolic', '--force', '--no-target-directory'];
    const from = `${SCRIPTS_MOUNT}/${step.script.variant}-${step.script.stage}`;
    return lines([shellCommand([...link, from, CONTEXT_MOUNT]), commandLine(argv, environment)], {
      scripts: [step.script],
      sees,
    });
  },
};

/** The script itself and each file that it sees, so that one that changed can be named. */
function inputs({
  script: { variant, stage, file, sees, reads, secrets, common },
  environment,
}: ScriptStep): StepInput[] {
  const path = scriptPath({ stage });
  return [
    {
      noun: 'script',
      name: `${variant}/${path}`,
      // Declared reads decide when the result is used again: with others, the earlier one was made under other terms.
      value: JSON.stringify([digestIn(sees, path), environment, reads, common]),
      origin: { variant, file },
    },
    ...secrets.map(({ name, state }) => ({
      noun: 'secret',
      name: `${name} for ${variant}/${path}`,
      value: state,
      origin: { variant, file },
    })),
    ...sees.entries
      .filter((entry) => entry.path !== path)
      .map((entry) => ({
        noun: entry.type,
        name: `${variant}/${entry.path}`,
        value: JSON.stringify(entry),
        origin: { variant, file: `${sees.folder}/${entry.path}` },
      })),
  ];
}

/** Bash runs it whatever its first line says; the helpers are sourced first. */
function commandOf({ script: one, environment }: ScriptStep): StepCommand {
  return {
    argv: ['bash', '-euo', 'pipefail', `${CONTEXT_MOUNT}/${scriptPath(one)}`],
    sees: ['packages'],
    environment: { BASH_ENV: COMMON_MOUNT, ...environment, IMMUTABLUE_CONTEXT: CONTEXT_MOUNT },
    proxies: 'withheld',
    origin: { kind: 'script', script: one },
  };
}
