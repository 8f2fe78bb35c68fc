import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { findImage, readImages, requireImage, type ImageDetails } from '@immutablue/oci';
import type { BuildPlan } from '@immutablue/plan';
import { readImageRecord, readPlan, variantsDirectory, type PlanRequest } from '@immutablue/stage-runner';

/** An image of a variant, and how it is built. */
export interface VariantImage {
  readonly image: ImageDetails;
  readonly plan: BuildPlan;
}

/** An image and all that it stands on. */
export interface ImageChain {
  /** The variants' images: the one that is meant first, the lowest last. */
  readonly variants: readonly [VariantImage, ...VariantImage[]];
  readonly upstream: { readonly image: ImageDetails; readonly name: string };
}

/**
 * The image that `dist/image.json` of a variant names, and those that it stands on: each by its label
 * `org.opencontainers.image.base.digest`, which belongs to the image, whatever was built since.
 *
 * @throws {DiagnosticError} `sbom/not-built`, `oci/image-not-found`; `sbom/parent-missing` when the store has one of the images below
 *   no longer.
 */
export async function findChain(request: PlanRequest): Promise<ImageChain> {
  const plan = await readPlan(request);
  const directory = join(variantsDirectory(request.workspaceRoot, request.settings.variants), plan.variant);
  const record = await readImageRecord(directory);
  if (record?.reference !== plan.reference) throw notBuilt(plan);
  const image = await requireImage(record.imageId, `build it again: \`npx nx build ${plan.variant}\``);
  const variants: [VariantImage, ...VariantImage[]] = [{ image, plan }];
  let lowest = variants[0];
  let parent = (await findImage(record.parent.imageId)) ?? (await findBase(lowest));
  while (lowest.plan.parent.kind === 'variant') {
    const { release, upstream, architecture } = plan;
    const variant = lowest.plan.parent.variant;
    lowest = { image: parent, plan: await readPlan({ ...request, variant, release, upstream, architecture }) };
    variants.push(lowest);
    parent = await findBase(lowest);
  }
  return { variants, upstream: { image: parent, name: lowest.plan.parent.original } };
}

async function findBase({ image, plan }: VariantImage): Promise<ImageDetails> {
  const digest = image.labels['org.opencontainers.image.base.digest'];
  const stored = (await readImages()).find((one) => one.digest !== undefined && one.digest === digest);
  const found = stored === undefined ? undefined : await findImage(stored.id);
  if (found !== undefined) return found;
  throw new DiagnosticError({
    code: 'sbom/parent-missing',
    message: `the image that \`${plan.variant}\` was built on is not on this machine: its packages cannot be told from those of \`${plan.variant}\``,
    hint: `build it again: \`npx nx build ${plan.variant}\``,
  });
}

function notBuilt({ variant, reference }: BuildPlan): DiagnosticError {
  return new DiagnosticError({
    code: 'sbom/not-built',
    message: `\`${reference}\` was not built yet`,
    hint: `build it first: \`npx nx build ${variant}\``,
  });
}
