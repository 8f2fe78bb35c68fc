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

/** Checks everything that a variant is made from, for each release and platform, without building it. */
export const run: Run<typeof check> = async (task) => {
  const family = await readFamily(variantsDirectoryOf(task));
  const variant = family.variant(task.variant);
  const faults = new Map<string, Diagnostic>();
  const collect = (error: unknown) => {
    for (const fault of diagnosticsOf(error)) {
      faults.set(renderDiagnostic(fault, { root: task.workspaceRoot, colors: 'never' }), fault);
    }
  };
  for (const release of task.plugin.releases) {
    for (const platform of variant.platforms) {
      const architecture = architectureOf(platform);
      try {
        const plan = await planOfTask({ ...task, options: { release, architecture, upstream: 'fedora' } });
        print(`${variant.name} ${release} ${architecture}: ${summary(plan)}`);
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
