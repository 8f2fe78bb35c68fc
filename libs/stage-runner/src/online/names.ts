import { dnfTrial, type StepCommand } from '@immutablue/plan';
import type { Entry } from '@immutablue/variant';
import { tryStepCommand } from '../run/command';
import type { RunContext } from '../run/context';
import { unmatchedNames, unmetNeeds, unreachableLines } from '../run/failure';

/** What the package manager would do with names. */
export interface Resolution {
  /** Those that neither the image nor a repository has. */
  readonly unmatched: readonly Entry<string>[];
  /** What packages need that nothing has. */
  readonly unmet: readonly { readonly what: string; readonly by: string }[];
  /** Why it cannot tell: a repository of the image is down, packages exclude each other. */
  readonly undecided?: { readonly kind: 'unreachable' | 'other'; readonly lines: readonly string[] };
}

/**
 * Asks the package manager of the image what it would install: it resolves names with all that they need, and does nothing.
 *
 * @param without repositories that are left out, because they cannot be read.
 * @param built RPM files that are part of the transaction.
 */
export async function resolveNames(
  context: RunContext,
  names: readonly Entry<string>[],
  { without, built = [] }: { readonly without: readonly string[]; readonly built?: readonly string[] },
): Promise<Resolution> {
  const ask = async (asked: readonly Entry<string>[]): Promise<TrialAnswer> => {
    const words = [...asked.map(({ value }) => value), ...built];
    if (words.length === 0) return { unknown: [], unmet: [] };
    const left = without.map((id) => `--disablerepo=${id}`);
    const command: StepCommand = {
      argv: dnfTrial(context.plan.release, '--refresh', ...left, 'install', ...words),
      sees: ['packages'],
      environment: {},
      proxies: 'passed',
      origin: { kind: 'names', names },
    };
    const { output, result } = await tryStepCommand(context, command);
    return readTrial(result.exitCode, output);
  };
  const first = await ask(names);
  const unmatched = names.filter(({ value }) => first.unknown.includes(value));
  // It resolves nothing as long as a name is unknown.
  const { unmet, undecided } =
    unmatched.length === 0 ? first : await ask(names.filter((entry) => !unmatched.includes(entry)));
  return { unmatched, unmet, ...(undecided === undefined ? {} : { undecided }) };
}

/** What a trial says of the words that it was given. */
export interface TrialAnswer extends Pick<Resolution, 'unmet' | 'undecided'> {
  /** The names that nothing has. */
  readonly unknown: readonly string[];
}

/** Reads what dnf 4 and dnf 5 say when they are to resolve and to do nothing. Pure. */
export function readTrial(exitCode: number, output: readonly string[]): TrialAnswer {
  // It ends with an exit code after it was told to do nothing.
  const isResolved = exitCode === 0 || output.some((line) => line.startsWith('Operation aborted'));
  if (isResolved) return { unknown: [], unmet: [] };
  const [unknown, unmet] = [unmatchedNames(output), unmetNeeds(output)];
  if (unknown.length + unmet.length > 0) return { unknown, unmet };
  const lines = unreachableLines(output);
  const undecided =
    lines.length > 0 ? { kind: 'unreachable' as const, lines } : { kind: 'other' as const, lines: output.slice(-10) };
  return { unknown, unmet, undecided };
}
