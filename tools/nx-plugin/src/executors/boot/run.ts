import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { print } from '@immutablue/diagnostics';
import {
  bootImage,
  bootJson,
  bootJunit,
  createBootReporter,
  readBootPlan,
  requireMachineHost,
  summaryOf,
  throwIfFailed,
  type MachineKind,
} from '@immutablue/boot';
import { requireImage, writeAtomically, type ImageDetails } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { readImageRecord } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { planForHost } from '../../shared/host';
import { outputDetail } from '../../shared/output-detail';
import { variantsDirectoryOf } from '../../shared/plan';
import type { boot } from './definition';

/** How long a system may take to start, in seconds: a virtual machine may have to be emulated. */
const START_TIMEOUT_SECONDS: Readonly<Record<MachineKind, number>> = { nspawn: 120, vm: 900 };

/** Boots a throw-away copy of a variant's image and runs the checks of its boot-checks.yaml in it. */
export const run: Run<typeof boot> = async (task, signal) => {
  const machine: MachineKind = task.options.vm ? 'vm' : 'nspawn';
  const plan = await planForHost(task);
  await requireMachineHost(machine, plan.architecture, plan.variant);
  await fetchBuiltImage(task, plan, signal);
  const variantsDirectory = variantsDirectoryOf(task);
  const dist = join(variantsDirectory, plan.variant, 'dist');
  const checks = await readBootPlan(variantsDirectory, plan.variant);
  const image = await imageOf(plan, join(variantsDirectory, plan.variant));
  const [json, junit] = [join(dist, 'boot.json'), join(dist, 'boot.junit.xml')];
  // A run without a report must not be taken for the one before.
  for (const file of [json, junit]) await rm(file, { force: true });
  const reporter = await createBootReporter({ logFile: join(dist, 'boot.log'), write: print, detail: outputDetail() });
  try {
    const report = await bootImage({
      reference: plan.reference,
      image,
      plan: checks,
      machine,
      architecture: plan.architecture,
      startTimeoutSeconds: task.options.timeout ?? START_TIMEOUT_SECONDS[machine],
      signal,
      emit: reporter.report,
    });
    await writeAtomically(json, bootJson(report, task.workspaceRoot));
    await writeAtomically(junit, bootJunit(report, task.workspaceRoot));
    print(summaryOf(report));
    throwIfFailed(report);
  } finally {
    await reporter.close();
  }
};

/** The image that the last build gave. Its name may stand for another one by now; without a record it is all there is. */
async function imageOf(plan: BuildPlan, variantDirectory: string): Promise<ImageDetails> {
  const record = await readImageRecord(variantDirectory);
  const image = record?.reference === plan.reference ? record.imageId : plan.reference;
  return requireImage(image, `build it first: \`npx nx build ${plan.variant}\``);
}
