import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { isLocal, parseReference, requireImage, toImageId, type ImageDetails, type ImageId } from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import { ociArchitecture } from '@immutablue/variant';
import type { Ledger } from '../ledger/ledger';
import { readImageRecord } from '../ledger/task-records';
import { findKnownImage } from './deferred';
import type { Remote } from './remote-cache';
import { pullUpstream, resolveUpstream, type UpstreamImage } from './upstream';

export interface FindParentOptions {
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly signal: AbortSignal;
}

/** What of a plan says which image it stands on. */
type ParentQuery = Pick<BuildPlan, 'variant' | 'parent' | 'release' | 'architecture' | 'upstream'>;

/**
 * The image that a plan stands on, looked up each time: a variant's by the record of its last build, an upstream image by its
 * name, pulled first unless it is one of this machine.
 *
 * @throws {DiagnosticError} `build/parent-missing` or `oci/image-not-found`, saying how to get it.
 */
export async function findParent(plan: ParentQuery, options: FindParentOptions): Promise<ImageDetails> {
  if (plan.parent.kind === 'variant') {
    return requireImage(await recordedParent(plan, plan.parent.variant, options), howToBuild(plan.parent.variant));
  }
  if (isOfThisMachine(plan)) return requireImage(plan.parent.reference, howToMake(plan));
  // By its ID: a build for another architecture gives the name to another image.
  return requireImage(await pullUpstream(upstreamOf(plan, options)), 'it was removed while it was pulled: build again');
}

/** Like {@link findParent}; where a registry has what other machines have built, it need not be in the store: it may be deferred. */
export async function findKnownParent(
  plan: ParentQuery,
  options: FindParentOptions,
  { ledger, remote }: { readonly ledger: Ledger; readonly remote: Remote | undefined },
): Promise<ImageDetails> {
  if (remote === undefined) return findParent(plan, options);
  if (plan.parent.kind === 'variant') {
    const { variant } = plan.parent;
    const id = await recordedParent(plan, variant, options);
    return (await findKnownImage(ledger, id)) ?? requireImage(id, howToBuild(variant));
  }
  const resolved = isOfThisMachine(plan) ? undefined : await resolveUpstream(upstreamOf(plan, options), ledger);
  return resolved ?? findParent(plan, options);
}

function isOfThisMachine({ parent }: ParentQuery): boolean {
  const reference = parseReference(parent.reference);
  return reference === undefined || isLocal(reference);
}

function upstreamOf({ variant, parent, architecture }: ParentQuery, { signal }: FindParentOptions): UpstreamImage {
  return { reference: parent.reference, architecture: ociArchitecture(architecture), variant, signal };
}

function howToMake(plan: ParentQuery): string {
  return `make it: \`npx nx run ${labTarget(plan)}\``;
}

function howToBuild(parent: string): string {
  return `build it again: \`npx nx build ${parent}\``;
}

/** The image of a variant's last build, which has to be one for this plan. */
async function recordedParent(
  plan: ParentQuery,
  parent: string,
  { variantsDirectory }: FindParentOptions,
): Promise<ImageId> {
  const record = await readImageRecord(join(variantsDirectory, parent));
  if (record === undefined) {
    throw new DiagnosticError({
      code: 'build/parent-missing',
      message: `\`${parent}\`, which \`${plan.variant}\` stands on, was not built yet`,
      hint: `\`npx nx build ${plan.variant}\` builds \`${parent}\` first, unless --exclude-task-dependencies is given`,
    });
  }
  const { release, arch, upstream, imageId } = record;
  if (release !== plan.release || arch !== plan.architecture || upstream !== plan.upstream) {
    const needed = `${parent} for ${plan.release}, ${plan.architecture}, ${plan.upstream}`;
    throw new DiagnosticError({
      code: 'build/parent-missing',
      message: `the last build of \`${parent}\` was for ${release}, ${arch}, ${upstream}; needed is ${needed}`,
      notes: ['Nx hands --configuration on to the parents of what it builds, and --release or --architecture not'],
      hint: `build them together: \`${await commandForAll(plan, parent, variantsDirectory)}\``,
    });
  }
  return toImageId(imageId);
}

/** Builds a variant and those that it stands on, as far as they are recorded, for one release and architecture. */
async function commandForAll(plan: ParentQuery, parent: string, variantsDirectory: string): Promise<string> {
  const projects = [plan.variant];
  for (let name: string | undefined = parent; name !== undefined && !projects.includes(name);) {
    projects.unshift(name);
    name = (await readImageRecord(join(variantsDirectory, name)))?.parent.variant;
  }
  const release = plan.upstream === 'lab' ? `--release=${plan.release}` : `-c f${plan.release}`;
  return `npx nx run-many -t deps,build -p ${projects.join()} ${release} --architecture=${plan.architecture}`;
}

function labTarget({ architecture, release }: ParentQuery): string {
  return `lab:up${architecture === 'x86_64' ? '' : `-${architecture}`} --release=${release}`;
}
