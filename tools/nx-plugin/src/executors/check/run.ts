import { join } from 'node:path';
import { count, diagnosticsOf, print, renderDiagnostic, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { readIfThere } from '@immutablue/oci';
import { readBootPlan } from '@immutablue/boot';
import type { BuildPlan } from '@immutablue/plan';
import { readFamily } from '@immutablue/stage-runner';
import { architectureOf, checkPackageDependencies, type Family, type PackageFile } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import type { check } from './definition';
import { askOnline } from './online';

/**
 * Checks everything that a variant is made from, without building it: for each release and platform, or for the one that is
 * named, on the real registries unless the lab is named.
 */
export const run: Run<typeof check> = async (task, signal) => {
  const family = await readFamily(variantsDirectoryOf(task));
  const variant = family.variant(task.variant);
  const faults = new Map<string, Diagnostic>();
  const collectAll = (found: readonly Diagnostic[]) => {
    for (const fault of found) {
      faults.set(renderDiagnostic(fault, { root: task.workspaceRoot, colors: 'never' }), fault);
    }
  };
  const collect = (error: unknown) => {
    signal.throwIfAborted();
    collectAll(diagnosticsOf(error));
  };
  const { upstream = 'fedora', online, secret, ...named } = task.options;
  const releases = named.release === undefined ? task.plugin.releases : [named.release];
  const architectures = named.architecture === undefined ? variant.platforms.map(architectureOf) : [named.architecture];
  for (const release of releases) {
    for (const architecture of architectures) {
      const selected = { ...task, options: { release, architecture, upstream, secret } };
      try {
        const plan = await planOfTask(selected);
        print(`${variant.name} ${release} ${architecture}: ${summary(plan)}`);
        if (online) collectAll(await askOnline(selected, architecture, signal));
      } catch (error) {
        collect(error);
      }
    }
  }
  try {
    throwIfAny(checkPackageDependencies(variant, await readPackages(variantsDirectoryOf(task), family)));
  } catch (error) {
    collect(error);
  }
  try {
    const { checks, boots } = await readBootPlan(variantsDirectoryOf(task), task.variant);
    print(`${variant.name}: ${checks.length} checks on ${count(boots, 'boot')}`);
  } catch (error) {
    collect(error);
  }
  throwIfAny([...faults.values()]);
};

/** The package.json of each variant that has one. */
async function readPackages(directory: string, { variants }: Family): Promise<ReadonlyMap<string, PackageFile>> {
  const packages = new Map<string, PackageFile>();
  for (const { name } of variants) {
    const file = join(directory, name, 'package.json');
    const text = await readIfThere(file);
    if (text !== undefined) packages.set(name, { file, text });
  }
  return packages;
}

function summary(plan: BuildPlan): string {
  const steps = plan.stages.reduce((sum, stage) => sum + stage.steps.length, 0);
  return `${plan.stages.length} sub-stages, ${steps} steps`;
}
