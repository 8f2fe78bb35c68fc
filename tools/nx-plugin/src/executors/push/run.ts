import { join } from 'node:path';
import { DiagnosticError, print, startHeartbeat, throwIfAny, visibleOutput } from '@immutablue/diagnostics';
import {
  formatReference,
  isLoopback,
  parseReference,
  pushImage,
  requireBuildHost,
  requireImage,
  toImageId,
  type ImageReference,
  writeAtomically,
} from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { readImageRecord, type ImageRecord } from '@immutablue/stage-runner';
import { checkImageName } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { outputDetail } from '../../shared/output-detail';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import type { push } from './definition';

/** Pushes a variant's image with all its layers, and says by which digest the registry has it. */
export const run: Run<typeof push> = async (task, signal) => {
  const plan = await planOfTask(task);
  const registry = task.options.registry ?? task.plugin.registry;
  const destination = destinationOf(plan, registry);
  refuseLabImages(plan, destination);
  await requireBuildHost();
  const directory = join(variantsDirectoryOf(task), plan.variant);
  const record = requireRecord(await readImageRecord(directory), plan);
  const image = await requireImage(record.imageId, `build it again: \`npx nx build ${plan.variant}\``);
  print(`pushing ${plan.reference} (${record.layers.length} layers) to ${formatReference(destination)}`);
  const onLine = (line: string) => {
    if (outputDetail() === 'everything') print(visibleOutput(line));
  };
  const heartbeat = startHeartbeat((seconds) => {
    print(`still pushing after ${seconds} s`);
  });
  const digest = await pushImage(toImageId(image.id), destination, { signal, onLine }).finally(heartbeat.stop);
  const pushed = formatReference({ registry: destination.registry, repository: destination.repository, digest });
  await writeAtomically(
    join(directory, 'dist', 'push.json'),
    `${JSON.stringify({ reference: formatReference(destination), digest, imageId: image.id }, undefined, 2)}\n`,
  );
  print(`pushed ${pushed}`);
};

/** Where the image goes: the registry and namespace, the image's own name, the release as the tag. */
function destinationOf(plan: BuildPlan, registry: string): ImageReference {
  const name = plan.reference.slice(plan.reference.lastIndexOf('/') + 1);
  const destination = parseReference(`${registry}/${name}`);
  throwIfAny(checkImageName(`${registry}/${name}`.replace(/:[^:/]*$/, '')));
  if (destination !== undefined) return destination;
  throw new DiagnosticError({
    code: 'push/not-a-registry',
    message: `\`${registry}\` is not a registry with a namespace`,
    hint: 'like `quay.io/immutablue` or `127.0.0.1:5000/immutablue`',
  });
}

/** A stand-in must never be taken for the real image. */
function refuseLabImages(plan: BuildPlan, destination: ImageReference): void {
  if (plan.upstream !== 'lab' || isLoopback(destination.registry)) return;
  throw new DiagnosticError({
    code: 'push/not-loopback',
    message: `\`${plan.reference}\` was built on the lab and may only be pushed to a registry on this machine, not to \`${destination.registry}\``,
    hint: `for a try: \`--registry=127.0.0.1:5000/immutablue\`; for the real image: \`npx nx run ${plan.variant}:push -c f${plan.release}\``,
  });
}

function requireRecord(record: ImageRecord | undefined, plan: BuildPlan): ImageRecord {
  if (record?.reference === plan.reference) return record;
  throw new DiagnosticError({
    code: 'push/not-built',
    message: `\`${plan.reference}\` was not built yet`,
    hint: `build it first: \`npx nx build ${plan.variant}\``,
  });
}
