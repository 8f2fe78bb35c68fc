import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import { nevra, type LockedPackage, type PackageVersion } from '@immutablue/variant';
import { type LockedInstall, type TransactionStep, BUILT_RPMS, storedPath } from '@immutablue/plan';
import type { RunContext } from '../context';
import { fetchLocked } from './fetch';
import { markDependencies } from './mark';
import { describeRpms, installedPackages, listRpms } from './query';
import { requireSigned } from './signatures';

/**
 * Runs a transaction; one with a lock gets its files first and is checked afterwards: what is installed is exactly what is
 * locked, besides what was there before and what dep-builders made.
 *
 * @throws {DiagnosticError} `lock/incomplete` or `lock/not-exact` when it is not.
 */
export async function runLocked(
  context: RunContext,
  step: TransactionStep,
  run: (step: TransactionStep) => Promise<void>,
): Promise<void> {
  const { locked, installs } = step;
  if (locked === undefined || installs === undefined) {
    await run(step);
    return;
  }
  const before = new Set((await installedPackages(context)).map(nevra));
  const wanted = locked.packages.filter((rpm) => !before.has(nevra(rpm)));
  await fetchLocked(context, step, locked, wanted);
  await requireSigned(context, wanted.flatMap(signed), step.mounts);
  const built = installs.builtRpms === 'with' ? await builtPackages(context) : [];
  const needed = withoutInstalled(step, locked, before);
  if (wanted.length + built.length > 0 || locked.packages.length === 0) {
    await runExplained(needed, locked, run);
  }
  const after = await installedPackages(context);
  requireExact({ before, after, built, locked });
  await markDependencies(context, installs, wanted, step.mounts);
}

function signed(rpm: LockedPackage) {
  return rpm.source.kind === 'repository' ? [{ ...rpm, path: storedPath(rpm), repository: rpm.source.repository }] : [];
}

async function builtPackages(context: RunContext): Promise<readonly PackageVersion[]> {
  return describeRpms(context, await listRpms(context, BUILT_RPMS), []);
}

/** The command without the files of packages that the parent has by now. */
function withoutInstalled(step: TransactionStep, locked: LockedInstall, before: ReadonlySet<string>): TransactionStep {
  const there = new Set(locked.packages.filter((rpm) => before.has(nevra(rpm))).map(storedPath));
  const [program, ...words] = step.command;
  return { ...step, command: [program, ...words.filter((word) => !there.has(word))] };
}

/** What dnf 4 and dnf 5 say of a dependency that nothing in sight has: `nothing provides X needed by Y from @commandline`. */
const NOTHING_PROVIDES = /nothing provides (?<what>.+?) needed by (?<by>\S+)/;

async function runExplained(
  step: TransactionStep,
  locked: LockedInstall,
  run: (step: TransactionStep) => Promise<void>,
): Promise<void> {
  try {
    await run(step);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [first, ...rest] = incomplete(error.diagnostics, locked);
    throw first === undefined ? error : new DiagnosticError([first, ...rest], { cause: error });
  }
}

function incomplete(diagnostics: readonly Diagnostic[], locked: LockedInstall): Diagnostic[] {
  const lines = diagnostics.flatMap((diagnostic) => diagnostic.notes ?? []);
  const needs = new Map(
    lines.flatMap((line): [string, { what: string; by: string }][] => {
      const { what, by } = NOTHING_PROVIDES.exec(line)?.groups ?? {};
      return what === undefined || by === undefined ? [] : [[`${what} ${by}`, { what, by }]];
    }),
  );
  return [...needs.values()].map(({ what, by }): Diagnostic => {
    const needing = locked.packages.find((rpm) => by.startsWith(`${rpm.name}-`) && by.includes(rpm.version));
    return {
      code: 'lock/incomplete',
      message: `\`${by}\` needs \`${what}\`, which is not in the lock`,
      ...(needing === undefined ? {} : { location: needing.location }),
      hint: `lock what is needed now: \`${locked.relock}\``,
    };
  });
}

interface Outcome {
  readonly before: ReadonlySet<string>;
  readonly after: readonly PackageVersion[];
  readonly built: readonly PackageVersion[];
  readonly locked: LockedInstall;
}

/** @throws {DiagnosticError} `lock/not-exact` for each locked package that is not there, and each other one that came. */
export function requireExact({ before, after, built, locked }: Outcome): void {
  const there = new Set(after.map(nevra));
  const allowed = new Set([...before, ...[...locked.packages, ...built].map(nevra)]);
  const hint = `lock what fits the image as it is now: \`${locked.relock}\``;
  const missing = locked.packages
    .filter((rpm) => !there.has(nevra(rpm)))
    .map((rpm): Diagnostic => {
      const instead = after.filter(({ name }) => name === rpm.name).map(nevra);
      return {
        code: 'lock/not-exact',
        message: `\`${nevra(rpm)}\` is locked, and the image has ${instead.length === 0 ? 'none' : instead.join(', ')}`,
        location: rpm.location,
        hint,
      };
    });
  const unexpected = after
    .filter((rpm) => !allowed.has(nevra(rpm)))
    .map((rpm): Diagnostic => ({
      code: 'lock/not-exact',
      message: `\`${nevra(rpm)}\` was installed, and is not in the lock`,
      hint,
    }));
  const [first, ...rest] = [...missing, ...unexpected];
  if (first !== undefined) throw new DiagnosticError([first, ...rest]);
}
