import { runInContainer, tryInContainer, type BindMount } from '@immutablue/oci';
import { nevra, type LockedPackage } from '@immutablue/variant';
import type { LockedInstallation } from '@immutablue/plan';
import type { RunContext } from '../context';

/**
 * Marks which of the installed packages are there as dependencies alone: a lock names all alike to the package manager, which
 * would keep them when the last package that needs them is removed.
 */
export async function markDependencies(
  context: RunContext,
  { list, requested }: Pick<LockedInstallation, 'list' | 'requested'>,
  installed: readonly LockedPackage[],
  mounts: readonly BindMount[],
): Promise<void> {
  // What an address stands for is known to the lock.
  const names = list === 'rpm' ? requested.map((entry) => entry.value) : [];
  const asked = await askedFor(context, names);
  const dependencies = installed.filter((rpm) => rpm.source.kind === 'repository' && !asked.has(nevra(rpm)));
  if (dependencies.length === 0) return;
  const { stdout } = await runInContainer(
    { container: context.container, command: ['dnf', '--version'] },
    { signal: context.signal },
  );
  // dnf 4 has another word for it: https://dnf.readthedocs.io/en/latest/command_ref.html#mark-command
  const word = stdout.startsWith('dnf5') ? 'dependency' : 'remove';
  await runInContainer(
    {
      container: context.container,
      command: ['dnf', '--assumeyes', '--disablerepo=*', 'mark', word, ...dependencies.map(nevra)],
      mounts,
    },
    { signal: context.signal },
  );
}

const FORMAT = '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\\n';

/** The packages that stand for the names: a name can be one that a package of another name provides. */
async function askedFor(context: RunContext, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const ask = (...question: readonly string[]) =>
    // A name that it does not know makes it end with an exit code, after it has answered for the others.
    tryInContainer(
      { container: context.container, command: ['rpm', '--query', '--queryformat', FORMAT, ...question, ...names] },
      { signal: context.signal },
    );
  const answers = [await ask(), await ask('--whatprovides')];
  return new Set(answers.flatMap(({ stdout }) => stdout.split('\n')));
}
