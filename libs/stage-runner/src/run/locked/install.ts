import { DiagnosticError, errorFrom, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import type { BindMount } from '@immutablue/oci';
import { BUILT_RPMS, lockedRpmPath, lockedRpms, type LockedInstallation, type StepCommand } from '@immutablue/plan';
import { nevra, type LockedPackage, type PackageVersion } from '@immutablue/variant';
import { hostFolders, hostMounts, runStepCommand } from '../command';
import type { RunContext } from '../context';
import { unmetNeeds } from '../failure';
import { fetchLocked } from './fetch';
import { markDependencies } from './mark';
import { describeRpms, installedPackages, listRpms } from './query';
import { requireSigned } from './signatures';

/**
 * Installs the files of a lock, which it gets first, and checks afterwards: what is installed is exactly what is locked, besides
 * what was there before and what dep-builders made.
 *
 * @throws {DiagnosticError} `lock/incomplete` or `lock/not-exact` when it is not.
 */
export async function installLocked(context: RunContext, installation: LockedInstallation): Promise<void> {
  await context.packages.use(hostMounts(context, installation.sees), (mounts) =>
    installWith(context, installation, mounts),
  );
}

async function installWith(
  context: RunContext,
  installation: LockedInstallation,
  mounts: readonly BindMount[],
): Promise<void> {
  const { packages, builtRpms, commandFor } = installation;
  const before = new Set((await installedPackages(context)).map(nevra));
  const wanted = packages.filter((rpm) => !before.has(nevra(rpm)));
  await fetchLocked(context, installation, wanted, mounts);
  const store = lockedRpms(hostFolders(context));
  await requireSigned(context, wanted.flatMap(signed), [...mounts, store]);
  const built = builtRpms === 'with' ? await builtPackages(context) : [];
  if (wanted.length + built.length > 0 || packages.length === 0) {
    // Packages that the parent has by now are not named again.
    await runExplained(context, commandFor(wanted), installation);
  }
  const after = await installedPackages(context);
  requireExact({ before, after, built, locked: installation });
  await markDependencies(context, installation, wanted, mounts);
}

function signed(rpm: LockedPackage) {
  return rpm.source.kind === 'repository'
    ? [{ ...rpm, path: lockedRpmPath(rpm), repository: rpm.source.repository }]
    : [];
}

async function builtPackages(context: RunContext): Promise<readonly PackageVersion[]> {
  return describeRpms(context, await listRpms(context, BUILT_RPMS), []);
}

async function runExplained(context: RunContext, command: StepCommand, locked: LockedInstallation): Promise<void> {
  try {
    await runStepCommand(context, command);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw errorFrom(incomplete(error.diagnostics, locked), { cause: error }) ?? error;
  }
}

function incomplete(diagnostics: readonly Diagnostic[], locked: LockedInstallation): Diagnostic[] {
  const lines = diagnostics.flatMap((diagnostic) => diagnostic.notes ?? []);
  return unmetNeeds(lines).map(({ what, by }): Diagnostic => {
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
  readonly locked: Pick<LockedInstallation, 'packages' | 'relock'>;
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
  throwIfAny([...missing, ...unexpected]);
}
