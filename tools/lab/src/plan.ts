import { isWhole, type Artifact } from './cache/artifact';
import { type LabDemand, type LabTarget, type UpstreamDemand } from './demand';
import { describeUpstreamImage, type LabImage } from './images/images';
import { describeKey, readKey, type SigningKey } from './packages/key';
import { type LabPaths } from './cache/paths';
import { describeRealPackages, readRealPackages } from './packages/real-packages';
import { REAL_NAMES } from './packages/real-package-names';
import { describeRepository, type RepositoryParts } from './packages/repository';
import { describeRootFilesystem, readRootReport } from './images/root-filesystem';
import { planStandIns } from './packages/stand-in-plan';
import { describeStandIns } from './packages/stand-ins';
import { describeUpstreamLayer, type UpstreamLayerInput } from './images/upstream-layer';

/** What a lab is to be made for. */
export interface LabRequest {
  readonly target: LabTarget;
  readonly demand: LabDemand;
  /** Absolute paths of the unit files that override trees bring. */
  readonly overrideUnits: readonly string[];
}

/** An upstream image and what it is made of. */
export interface UpstreamPlan {
  readonly upstream: UpstreamDemand;
  readonly layerInput: UpstreamLayerInput;
  readonly layer: Artifact;
  readonly image: LabImage;
}

export interface ImagesPlan {
  readonly root: Artifact;
  readonly upstreams: readonly UpstreamPlan[];
}

/** The images of a request. */
export async function planImages(paths: LabPaths, request: LabRequest, key: SigningKey): Promise<ImagesPlan> {
  const { target, demand } = request;
  const root = await describeRootFilesystem(paths, target.architecture);
  const upstreams = demand.upstreams.map((upstream): UpstreamPlan => {
    const layerInput = { root, names: upstream.preinstalled, release: target.release, key };
    const layer = describeUpstreamLayer(paths, layerInput);
    return { upstream, layerInput, layer, image: describeUpstreamImage(paths, [root, layer], upstream, target) };
  });
  return { root, upstreams };
}

/** The packages of a request as far as they can be told: the stand-ins depend on what the real packages bring. */
export interface PackagesPlan {
  readonly root: Artifact;
  readonly realPackages: Artifact;
}

/** Real packages are made for x86_64 only; a repository has them whatever it is used for, so that there is one. */
export async function planPackages(paths: LabPaths, key: SigningKey): Promise<PackagesPlan> {
  const root = await describeRootFilesystem(paths, 'x86_64');
  return { root, realPackages: await describeRealPackages(paths, root, key) };
}

export interface RepositoryPlan extends RepositoryParts {
  readonly repository: Artifact;
}

/** The repository of a request, when the root filesystem and the real packages are whole. */
export async function planRepository(
  paths: LabPaths,
  request: LabRequest,
  key: SigningKey,
  { root, realPackages }: PackagesPlan,
): Promise<RepositoryPlan> {
  const [report, real] = await Promise.all([readRootReport(root), readRealPackages(realPackages)]);
  const plan = planStandIns({
    demands: request.demand.packages,
    realNames: REAL_NAMES,
    providedUnits: new Set([...report.units, ...real.units, ...request.overrideUnits]),
  });
  const standIns = describeStandIns(paths, plan, key);
  const repository = describeRepository(paths, { realPackages, standIns, plan });
  return { plan, realPackages, standIns, repository };
}

/** Everything of a request that can be told before anything is made; what depends on a missing artifact is absent. */
export interface LabPlan {
  readonly key: Artifact;
  readonly images?: ImagesPlan;
  readonly packages?: PackagesPlan;
  readonly repository?: RepositoryPlan;
}

/** Tells what a request comes to, as far as the cache has what that takes to know. Makes nothing. */
export async function planLab(paths: LabPaths, request: LabRequest): Promise<LabPlan> {
  const key = describeKey(paths);
  if (!(await isWhole(key))) return { key };
  const signingKey = await readKey(key);
  const [images, packages] = await Promise.all([
    planImages(paths, request, signingKey),
    planPackages(paths, signingKey),
  ]);
  const known = (await isWhole(packages.root)) && (await isWhole(packages.realPackages));
  if (!known) return { key, images, packages };
  return { key, images, packages, repository: await planRepository(paths, request, signingKey, packages) };
}

/** The artifacts of a plan; one that is in several parts of it may occur twice. */
export function artifactsOf({ key, images, packages, repository }: LabPlan): Artifact[] {
  return [
    key,
    ...(images === undefined ? [] : [images.root, ...images.upstreams.map(({ layer }) => layer)]),
    ...(packages === undefined ? [] : [packages.root, packages.realPackages]),
    ...(repository === undefined ? [] : [repository.standIns, repository.repository]),
  ];
}

/** The images of a plan. */
export function imagesOf({ images }: LabPlan): LabImage[] {
  return images === undefined ? [] : images.upstreams.map(({ image }) => image);
}
