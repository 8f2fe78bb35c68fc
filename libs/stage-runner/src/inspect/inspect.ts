import { createContainer, mountContainer, removeContainer, requireImage } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import type { BuildPlan } from '../plan/plan';
import { containerName } from '../run/containers';
import { findParent, type FindParentOptions } from '../run/parent';
import type { ImageCheck } from './check';
import {
  checkLabels,
  checkLayers,
  checkOverrides,
  checkPackages,
  checkRemovedPaths,
  checkServices,
  checkWrittenFiles,
  type InspectContext,
} from './checks';

const CHECKS: readonly ((context: InspectContext) => ImageCheck | Promise<ImageCheck>)[] = [
  checkLabels,
  checkLayers,
  checkWrittenFiles,
  checkOverrides,
  checkPackages,
  checkRemovedPaths,
  checkServices,
];

/**
 * Looks into the image that a plan describes and says what it found. The image is not changed: the container that is
 * looked at is thrown away.
 *
 * @throws {DiagnosticError} `oci/image-not-found` when the image was not built.
 */
export async function inspectImage(plan: BuildPlan, options: FindParentOptions): Promise<ImageCheck[]> {
  const image = await requireImage(plan.reference, `build it first: \`npx nx build ${plan.variant}\``);
  const parent = await findParent(plan, options);
  const container = await containerName(`test-${plan.variant}`);
  try {
    await createContainer(image.id, container, { signal: options.signal });
    const root = await openRoot(await mountContainer(container), { epochSeconds: image.created });
    const checks: ImageCheck[] = [];
    for (const check of CHECKS) checks.push(await check({ plan, image, parent, root, container }));
    return checks;
  } finally {
    await removeContainer(container);
  }
}
