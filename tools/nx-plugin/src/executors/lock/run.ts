import { join } from 'node:path';
import { count, DiagnosticError, print, visible, visibleOutput } from '@immutablue/diagnostics';
import { writeAtomically } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { compareSections, lockPath, readLockFile, resolveLock, type BuildEvent } from '@immutablue/stage-runner';
import {
  checkedValue,
  lockCommand,
  lockSection,
  packagesOf,
  renderChanges,
  renderLock,
  withSection,
  type LockSection,
} from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { fetchParents } from '../../shared/fetch-images';
import { requireHostFor } from '../../shared/host';
import { outputDetail } from '../../shared/output-detail';
import { planOfTask, variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import type { lock } from './definition';

/** Writes which RPMs the builds of a variant install, or says what a new lock would change. */
export const run: Run<typeof lock> = async (task, signal) => {
  const directory = join(variantsDirectoryOf(task), task.variant);
  const present = checkedValue(await readLockFile(directory));
  const follows = await planOfTask(task, 'ignore');
  const before = lockSection(present, follows);
  const build = `${follows.variant} (${follows.upstream}, ${follows.release}, ${follows.architecture})`;
  if (task.options.check) {
    if (before === undefined) {
      print(`${build} is not locked: its builds follow the repositories`);
      return;
    }
    // Says which entries do not fit.
    await planOfTask(task, 'obey');
  }

  await requireHostFor(follows);
  await fetchParents(task, follows, signal);
  const file = lockPath(directory);
  const variantsDirectory = variantsDirectoryOf(task);
  const { workspaceRoot } = task;
  const found = await withTaskSecrets(task, follows, (secrets) =>
    resolveLock({ plan: follows, workspaceRoot, variantsDirectory, file, secrets, signal, emit: printEvent }),
  );
  const changed = before === undefined ? [] : renderChanges(compareSections(before, found));
  if (task.options.check) {
    requireCurrent(follows, build, changed);
    print(`the lock of ${build} is current: ${countPackages(found)}`);
    return;
  }
  await writeAtomically(file, renderLock(withSection(present, found)));
  print(`\nlocked ${build}: ${countPackages(found)}`);
  if (before !== undefined)
    print(changed.length === 0 ? 'nothing has changed' : changed.map((line) => visible(line)).join('\n'));
};

function printEvent(event: BuildEvent): void {
  if (event.kind === 'waiting') print(visible(event.message));
  if (event.kind === 'step-started') print(visible(`${event.stage}  ${event.purpose}`));
  if (event.kind === 'output' && outputDetail() === 'everything') print(`  ${visibleOutput(event.line)}`);
  if (event.kind === 'notice') print(visible(`  note: ${event.message}`));
  if (event.kind === 'warning') print(visible(`  warning: ${event.message}`));
}

function countPackages(section: LockSection): string {
  return count(packagesOf(section).length, 'package');
}

/** Newer versions are a finding: scripts tell them by the exit code. */
function requireCurrent(plan: BuildPlan, build: string, changed: readonly string[]): void {
  if (changed.length === 0) return;
  throw new DiagnosticError({
    code: 'lock/outdated',
    message: `the repositories have other packages than the lock of ${build}`,
    notes: changed,
    hint: `take them: \`${lockCommand(plan.variant, plan)}\``,
  });
}
