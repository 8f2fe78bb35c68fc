import { DiagnosticError } from '@immutablue/diagnostics';
import { readImages, type ImageId } from '@immutablue/oci';
import { clearWork, isWhole, tidyWork } from './cache/artifact';
import { clearOrphanedWork, lockLab } from './cache/lock';
import { type LabContext } from './context';
import { requireLabHost } from './host/host';
import { ensureUpstreamImage, findLabImage } from './images/images';
import { describeKey, ensureKey, type SigningKey } from './packages/key';
import { artifactsOf, planImages, planLab, planPackages, planRepository, type LabPlan, type LabRequest } from './plan';
import { ensureRealPackages } from './packages/real-packages';
import { ensureRepository, readRepositoryLink, switchRepositoryLink } from './packages/repository';
import { ensureRootFilesystem, readRootReport } from './images/root-filesystem';
import { ensureStandIns } from './packages/stand-ins';
import { together } from './together';
import { ensureUpstreamLayer } from './images/upstream-layer';

/** A lab that is whole, as builds need to know it. */
export interface Lab {
  /** The images by the name of what they stand in for. */
  readonly images: readonly { readonly upstream: string; readonly reference: string; readonly imageId: ImageId }[];
  readonly plan: Required<LabPlan>;
}

/**
 * Brings the lab up: makes what is missing, one artifact after the other, each of which is whole or not there at all. A
 * run that was interrupted, in whatever way, is continued by the next. Runs at the same time wait for each other.
 *
 * @throws {DiagnosticError} `host/…` when the machine lacks something, `lab/step-failed` when an artifact cannot be made,
 *   `build/interrupted` when `context.signal` fires, and then nothing of the artifact at hand is left; `lab/incomplete`
 *   when something else has changed it meanwhile.
 */
export async function bringUp(context: LabContext, request: LabRequest): Promise<Lab> {
  const present = await findArtifacts(context, request);
  if (present !== undefined) {
    // The link is this workspace's own: a new clone need not wait for what another makes in the cache.
    await switchRepositoryLink(context.paths, present.plan.repository.repository);
    await clearOrphanedWork(context.paths);
    return present;
  }
  await requireLabHost(request.target.architecture);
  const lock = await lockLab(context);
  try {
    await clearWork(context.paths);
    await makeLab(context, request);
  } finally {
    await tidyWork(context.paths);
    await lock.release();
  }
  const made = await findLab(context, request);
  if (made === undefined) throw changedMeanwhile();
  return made;
}

function changedMeanwhile(): DiagnosticError {
  return new DiagnosticError({
    code: 'lab/incomplete',
    message: 'the lab was made, but something else removed a part of it or put another in its place',
    hint: 'an image removed by hand, or a clone with other recipes, can be the cause: run `nx run lab:up` again',
  });
}

/** The lab of a request, if nothing of it is missing. Makes nothing. */
export async function findLab(context: LabContext, request: LabRequest): Promise<Lab | undefined> {
  const lab = await findArtifacts(context, request);
  const link = await readRepositoryLink(context.paths);
  return link === lab?.plan.repository.repository.directory ? lab : undefined;
}

/** The same without the workspace's link to the repository: what all workspaces of a user share. */
async function findArtifacts({ paths }: LabContext, request: LabRequest): Promise<Lab | undefined> {
  const plan = await planLab(paths, request);
  if (!isComplete(plan)) return undefined;
  const [stored, whole] = await Promise.all([readImages(), Promise.all(artifactsOf(plan).map(isWhole))]);
  if (whole.includes(false)) return undefined;
  const images = await Promise.all(
    plan.images.upstreams.map(async ({ upstream, image }) => {
      const imageId = await findLabImage(image, stored);
      return imageId === undefined ? [] : [{ upstream: upstream.reference, reference: image.reference, imageId }];
    }),
  );
  const found = images.flat();
  return found.length === plan.images.upstreams.length ? { images: found, plan } : undefined;
}

function isComplete(plan: LabPlan): plan is Required<LabPlan> {
  return plan.images !== undefined && plan.packages !== undefined && plan.repository !== undefined;
}

async function makeLab(context: LabContext, request: LabRequest): Promise<void> {
  const key = await ensureKey(context, describeKey(context.paths));
  const packages = await planPackages(context.paths, key);
  await ensureRootFilesystem(context, packages.root, 'x86_64');
  await together(context, [
    (branch) => makeImages(branch, request, key),
    (branch) => makeRepository(branch, request, key),
  ]);
}

async function makeImages(context: LabContext, request: LabRequest, key: SigningKey): Promise<void> {
  const { root, upstreams } = await planImages(context.paths, request, key);
  await ensureRootFilesystem(context, root, request.target.architecture);
  for (const { layer, layerInput, image } of upstreams) {
    await ensureUpstreamLayer(context, layer, layerInput);
    await ensureUpstreamImage(context, image);
  }
}

async function makeRepository(context: LabContext, request: LabRequest, key: SigningKey): Promise<void> {
  const packages = await planPackages(context.paths, key);
  const report = await readRootReport(packages.root);
  await ensureRealPackages(context, packages.realPackages, report, key);
  const { plan, standIns, repository, realPackages } = await planRepository(context.paths, request, key, packages);
  for (const { variant, scope, unit } of plan.unplaced) {
    context.log(`no package of ${variant} can carry a stand-in for the ${scope} unit ${unit}`);
  }
  await ensureStandIns(context, standIns, plan, key);
  await ensureRepository(context, repository, { realPackages, standIns, plan });
  await switchRepositoryLink(context.paths, repository);
}
