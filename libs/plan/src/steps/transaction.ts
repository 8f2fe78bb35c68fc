import { count, shellCommand } from '@immutablue/diagnostics';
import { applyOverrides, verifyOverrides, type EffectiveEntry } from '@immutablue/overrides';
import { atFiles, commandLine, lines, textFile, type Action } from '../containerfile/action';
import { overrideFiles, overrideList } from '../containerfile/override-list';
import type { Entry, ScriptletPolicy } from '@immutablue/variant';
import { originOf, type StepInput } from '../inputs';
import type { PrintedLine } from './kind';
import type { StepCommand, StepRuntime } from './runtime';

/**
 * Runs a transaction of the package manager, then puts back what a package overwrote of the overrides: overrides win over
 * packages. What was changed on purpose before the transaction, by a script, stays as it is.
 *
 * @param overrides all that is in place by then, and must be so afterwards.
 */
export async function keepingOverrides(
  overrides: readonly EffectiveEntry[],
  runtime: StepRuntime,
  transaction: () => Promise<void>,
): Promise<void> {
  const { root } = runtime;
  const before = new Set((await verifyOverrides(root, overrides)).map(({ entry }) => entry.path));
  await transaction();
  const overwritten = (await verifyOverrides(root, overrides)).filter(({ entry }) => !before.has(entry.path));
  if (overwritten.length === 0) return;
  const entries = overwritten.map(({ entry }) => entry);
  await applyOverrides(root, entries, runtime.contentOf);
  for (const { text } of overwritten) runtime.notice(`a package changed an override, which was put back: ${text}`);
}

/** An image in which a scriptlet has failed is right only as long as that is allowed. The reason is for people. */
export function scriptletInputs(scriptlets: readonly Entry<ScriptletPolicy>[]): StepInput[] {
  return scriptlets.map(({ value: { name, policy }, location }) => ({
    noun: 'scriptlets of',
    name,
    value: policy,
    origin: originOf(location),
  }));
}

/** What a printed plan says of the overrides. */
export function printedOverrides(overrides: readonly EffectiveEntry[]): PrintedLine[] {
  return overrides.length === 0 ? [] : [`afterwards: ${count(overrides.length, 'override')} as before`];
}

/** A transaction in a Containerfile, which ends with a failed scriptlet, and puts back what it overwrites. */
export function transactionLines(command: StepCommand, overrides: readonly EffectiveEntry[], number: number): Action {
  const allowed = command.origin.kind === 'names' ? (command.origin.scriptlets ?? []) : [];
  const names = allowed.map(({ value }) => value.name).join(' ');
  const line = `transaction ${shellCommand([names])} ${commandLine(command.argv, command.environment)}`;
  if (overrides.length === 0) return lines([line], { sees: command.sees });
  const list = textFile(`${number}-overrides.tsv`, overrideList(overrides));
  return lines([`keep_overrides ${atFiles(list)} ${line}`], {
    sees: command.sees,
    files: [list],
    overrides: overrideFiles(overrides),
  });
}
