import { diagnosticsOf, DiagnosticError, print, visible, type Diagnostic } from '@immutablue/diagnostics';
import { requireArchitecture, requireBuildHost } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { checkOnline, readOnlineInputs } from '@immutablue/stage-runner';
import { ociArchitecture, type Architecture } from '@immutablue/variant';
import { fetchDepBuilders } from '../../shared/fetch-images';
import { planRequestOf, variantsDirectoryOf, withTaskSecrets } from '../../shared/plan';
import type { SelectionOptions } from '../../shared/options';
import type { Task } from '../../shared/task';

/** Asks the repositories and servers for all that one image of a variant needs, and says what they have. @returns what is missing. */
export async function askOnline(
  task: Task<SelectionOptions>,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const inputs = await readOnlineInputs(planRequestOf(task, 'ignore'));
  const { plan } = inputs;
  const image = `${plan.variant} ${plan.release} ${architecture}`;
  await requireBuildHost();
  try {
    await requireArchitecture(ociArchitecture(architecture));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    print(`${image}: not asked: ${diagnosticsOf(error)[0].message}`);
    return [];
  }
  await fetchIfThere(task, plan, signal);
  const { faults, found, open } = await withTaskSecrets(task, plan, (secrets) =>
    checkOnline({
      ...inputs,
      workspaceRoot: task.workspaceRoot,
      variantsDirectory: variantsDirectoryOf(task),
      secrets,
      signal,
      emit: (event) => {
        if (event.kind === 'waiting') print(visible(event.message));
        if (event.kind === 'notice' || event.kind === 'warning') print(visible(`  ${event.kind}: ${event.message}`));
      },
    }),
  );
  for (const text of open)
    print(
      text
        .split('\n')
        .map((line) => visible(`${image}: ${line}`))
        .join('\n'),
    );
  const [packages, addresses] = [found.packages, found.addresses].map(({ there, of }) => `${there} of ${of}`);
  print(`${image}: found ${packages} packages and ${addresses} addresses`);
  return faults;
}

/** What a dep-builder has made may bring repositories. Where it cannot be had the answer says that this is open. */
async function fetchIfThere(task: Task<unknown>, plan: BuildPlan, signal: AbortSignal): Promise<void> {
  try {
    await fetchDepBuilders(task, plan, signal);
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics[0].code !== 'cache/not-fetched') throw error;
  }
}
