import { relative } from 'node:path';
import { print, throwIfAny, visible } from '@immutablue/diagnostics';
import { checkReads, type BuildEvent, type CheckedHeader } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { fetchParents } from '../../shared/fetch-images';
import { planForHost } from '../../shared/host';
import { variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import type { reads } from './definition';

/** Runs a variant's scripts under a tracer, and compares what they read with their headers `# reads:`. */
export const run: Run<typeof reads> = async (task, signal) => {
  const plan = await planForHost(task);
  await fetchParents(task, plan, signal);
  const { workspaceRoot } = task;
  const variantsDirectory = variantsDirectoryOf(task);
  await withTaskSecrets(task, plan, async (secrets) => {
    const checked = await checkReads({ plan, workspaceRoot, variantsDirectory, secrets, signal, emit: printEvent });
    if (checked.length === 0) print(`${plan.variant} has no script`);
    for (const header of checked) {
      print(`${visible(relative(workspaceRoot, header.script.file))}: ${renderOutcome(header)}`);
    }
    throwIfAny(checked.flatMap((header) => (header.kind === 'beyond' ? [header.diagnostic] : [])));
  });
};

function renderOutcome(header: CheckedHeader): string {
  switch (header.kind) {
    case 'no-header':
      return 'no header: everything counts as read';
    case 'kept':
      return 'reads what its header names, and nothing else';
    case 'beyond':
      return 'reads more than its header names';
  }
}

function printEvent(event: BuildEvent): void {
  if (event.kind === 'waiting') print(visible(event.message));
  if (event.kind === 'step-started') print(visible(`${event.stage}  ${event.purpose}`));
  if (event.kind === 'notice') print(visible(`  note: ${event.message}`));
  if (event.kind === 'warning') print(visible(`  warning: ${event.message}`));
}
