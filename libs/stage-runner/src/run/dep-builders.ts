import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import {
  buildArgv,
  CommandError,
  findImage,
  isNoise,
  isTransientBuildahFailure,
  mountContainer,
  removeImage,
  toImageId,
  tryInProcessNamespace,
  type BindMount,
  type ImageDetails,
  type ImageId,
  ownedName,
  removeMarkedContainers,
  withContainer,
} from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { depBuilderKey, type BuildPlan, type DepBuilder } from '@immutablue/plan';
import { lookupDepBuilder, recordDepBuilder } from '../cache/dep-builder-lookup';
import { placeOf } from '../cache/deferred';
import { requireFetched } from '../cache/fetch-deferred';
import type { CacheHit } from '../cache/cache-lookup';
import { layersOf } from '../cache/parent-changes';
import type { Remote } from '../cache/remote-cache';
import { underClaim, type Claiming } from '../cache/under-claim';
import { openLedger, type Ledger } from '../ledger/ledger';
import { cachedText } from '../explain/words';
import type { PackageCache } from '../package-cache/package-cache';
import { scriptOutput, type BuildEvent } from '../report/event';
import { findSecrets } from '../secrets/find-secrets';
import type { OpenSecrets } from '../secrets/open-secrets';
import { requireRepositories } from './build';
import { checkDepBuilder } from './check-dep-builder';
import { hostMounts, leftMessage } from './command';
import { explainDepBuilder } from './dep-builder-failure';
import { retryTransientBuildahFailure } from './retry-transient';
import { takeSnapshot } from './snapshot';

export interface BuildDepBuildersRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  readonly parent: ImageDetails;
  /** Whether what was built before may be used again. */
  readonly reuse: 'by-key' | 'never';
  /** What other machines have built, and what gets what this one builds. */
  readonly remote?: Remote | undefined;
  /** The values of the secrets that they are given. */
  readonly secrets: OpenSecrets;
  /** What the package manager in them keeps. */
  readonly packages: PackageCache;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/**
 * Runs the dep-builders of a plan, each from its Containerfile. They get as build arguments `IMAGE` (the image that the
 * variant stands on, whose kernel and libraries are the ones to build for), and those of the plan.
 *
 * @returns the images that they have made, by variant.
 * @throws {DiagnosticError} `build/dependency-container-failed` with the last lines of the one that failed.
 */
export async function buildDepBuilders(request: BuildDepBuildersRequest): Promise<ReadonlyMap<string, ImageId>> {
  const { plan } = request;
  requireRepositories(plan);
  const ledger = openLedger(request.workspaceRoot);
  const images = new Map<string, ImageId>();
  for (const depBuilder of plan.depBuilders) {
    images.set(depBuilder.variant, await buildOnce(request, depBuilder, ledger));
  }
  return images;
}

/** What a dep-builder makes: what it made before, on whatever machine, or by running it. */
async function buildOnce(request: BuildDepBuildersRequest, depBuilder: DepBuilder, ledger: Ledger): Promise<ImageId> {
  const { plan, parent, reuse, emit } = request;
  const { variant } = depBuilder;
  const { remote } = request;
  const look = () => lookupDepBuilder(plan, depBuilder, parent, ledger, remote);
  const claiming: Claiming<CacheHit | undefined> = {
    cache: reuse === 'never' || plan.repositories.kind !== 'fixed' ? undefined : remote?.cache,
    ...{ key: depBuilderKey(plan, depBuilder), what: `the dep-builder of ${variant}`, look },
    first: reuse === 'never' ? undefined : await look(),
    isHit: (hit) => hit !== undefined,
    say: (message) => {
      emit({ kind: 'waiting', message });
    },
  };
  return underClaim(claiming, async (hit) => {
    if (hit === undefined && remote !== undefined)
      await requireFetched([parent.id], { ...remote, ledger, variant: plan.variant });
    const image = hit === undefined ? await buildReporting(request, depBuilder, ledger) : toImageId(hit.result.imageId);
    await recordDepBuilder({ plan, depBuilder, parent, ledger, cache: remote?.cache }, image, hit?.source ?? 'built');
    if (hit !== undefined) {
      const place = await placeOf(image);
      emit({ kind: 'dep-builder-reused', variant, imageId: image, reason: cachedText(hit.source), place });
    }
    return image;
  });
}

async function buildReporting(
  request: BuildDepBuildersRequest,
  depBuilder: DepBuilder,
  ledger: Ledger,
): Promise<ImageId> {
  const { emit, signal } = request;
  const { variant } = depBuilder;
  const stage = stageOf(depBuilder);
  const started = performance.now();
  const milliseconds = () => performance.now() - started;
  emit({ kind: 'stage-started', stage, steps: 1 });
  emit({ kind: 'step-started', stage, purpose: `run the dep-builder of ${variant}` });
  try {
    const imageId = await buildRetrying(request, depBuilder, ledger);
    emit({ kind: 'stage-finished', stage, steps: 1, milliseconds: milliseconds() });
    emit({ kind: 'dep-builder-finished', variant, imageId, milliseconds: milliseconds() });
    return imageId;
  } catch (error) {
    const cause = signal.aborted ? 'interruption' : 'fault';
    emit({ kind: 'stage-failed', stage, cause, milliseconds: milliseconds() });
    throw error;
  }
}

/** What stands before the lines of a dep-builder. */
function stageOf({ variant }: DepBuilder): string {
  return `deps ${variant}`;
}

async function buildRetrying(
  request: BuildDepBuildersRequest,
  depBuilder: DepBuilder,
  ledger: Ledger,
): Promise<ImageId> {
  const { plan, packages, emit } = request;
  const snapshot = await takeSnapshot(await ownedName(`${plan.variant}-deps`), { depBuilders: [depBuilder] });
  try {
    return await packages.use(hostMounts(request, ['packages']), (mounts) =>
      retryTransientBuildahFailure(
        () =>
          build(request, depBuilder, {
            ledger,
            mounts: [...mounts, ...request.secrets.mountsFor(depBuilder.secrets)],
            context: snapshot.folderOf(depBuilder.content),
          }),
        () => {
          emit({ kind: 'waiting', message: 'buildah crashed, retrying' });
        },
      ),
    );
  } finally {
    await snapshot.remove();
  }
}

async function build(
  { plan, parent, secrets, signal, emit }: BuildDepBuildersRequest,
  depBuilder: DepBuilder,
  given: {
    readonly ledger: Ledger;
    readonly mounts: readonly BindMount[];
    /** Absolute path of the folder as it was planned. */
    readonly context: string;
  },
): Promise<ImageId> {
  const containerfile = join(given.context, 'Containerfile');
  const text = await readFile(containerfile, 'utf8');
  const mark = await ownedName(`${plan.variant}-deps`);
  // The name can stand for what another build has made by the time that this one looks.
  const imageIdFile = `${given.context}.image-id`;
  const argv = buildArgv({
    containerfile,
    context: given.context,
    reference: depBuilder.reference,
    imageIdFile,
    created: parent.created,
    mounts: given.mounts,
    mark,
    buildArguments: declaredArguments(text, { IMAGE: parent.id, ...plan.buildArguments }),
  });
  const output: string[] = [];
  try {
    const result = await tryInProcessNamespace(argv, {
      signal,
      mask: secrets.mask,
      // They fetch sources and packages, and are thrown away but for what is copied out of them.
      proxies: 'passed',
      onLine: (line) => {
        if (isNoise(line)) return;
        output.push(line);
        emit(scriptOutput(stageOf(depBuilder), line));
      },
    });
    if (result.left.length > 0) {
      emit({ kind: 'warning', stage: stageOf(depBuilder), message: leftMessage(result.left) });
    }
    if (result.exitCode !== 0) throw new CommandError(result);
  } catch (error) {
    await removeMarkedContainers(mark);
    if (!(error instanceof CommandError) || error.diagnostics[0].code === 'oci/no-space') throw error;
    if (isTransientBuildahFailure(error)) throw error;
    throw new DiagnosticError(explainDepBuilder(depBuilder, text, output), { cause: error });
  }
  const image = await findImage((await readFile(imageIdFile, 'utf8')).replace(/^sha256:/, ''));
  if (image === undefined) {
    throw new DiagnosticError({
      code: 'oci/unexpected-output',
      message: `buildah built \`${depBuilder.reference}\`, which is not in the store`,
    });
  }
  // Its last stage may stand on something else than the variant's parent.
  const firstOther = image.layers.findIndex((layer, index) => layer !== parent.layers[index]);
  const parentLayers = firstOther === -1 ? image.layers.length : firstOther;
  await given.ledger.write('images', image.id, { variant: plan.variant, parentLayers });
  const faults = [
    ...checkDepBuilder(
      await layersOf(image.layers.slice(parentLayers)),
      depBuilder.containerfile,
      await layersOf(image.layers.slice(0, parentLayers)),
    ),
    ...(await secretsLeftIn(image, depBuilder, secrets, signal)),
  ];
  // What may not be copied is not kept either: it has a name by now.
  if (faults.length > 0) await removeImage(image.id);
  throwIfAny(faults);
  return image.id;
}

/** `build/secret-in-layer` for each file of what a dep-builder has made that holds the value of a secret. */
async function secretsLeftIn(
  image: ImageDetails,
  { containerfile }: DepBuilder,
  { values, mask }: OpenSecrets,
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  if (values.length === 0) return [];
  return withContainer(image, 'deps-secrets', signal, async (container) => {
    const root = await openRoot(await mountContainer(container, { signal }), { epochSeconds: image.created });
    return (await findSecrets(root, values)).map((path) => ({
      code: 'build/secret-in-layer',
      message: `\`${mask(path)}\`, which the dep-builder has left, holds the value of a secret`,
      location: { file: containerfile, line: 1, column: 1 },
      hint: 'leave it out of what the last stage copies',
    }));
  });
}

/** Those of `available` that a Containerfile asks for with `ARG`: buildah warns of the others. */
export function declaredArguments(
  containerfile: string,
  available: Readonly<Record<string, string>>,
): Record<string, string> {
  const declared = new Set([...containerfile.matchAll(/^\s*ARG\s+(\w+)/gim)].map(([, name]) => name));
  return Object.fromEntries(Object.entries(available).filter(([name]) => declared.has(name)));
}
