import { join } from 'node:path';
import type { Owner } from '@immutablue/diagnostics';
import { findImage, type ImageDetails } from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import { findParent, readImageRecord } from '@immutablue/stage-runner';
import type { Ancestor } from './context';
import { once, type ImageOpener } from './image-root';

interface AncestorRequest {
  readonly plan: BuildPlan;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  readonly signal: AbortSignal;
}

/** An image of the line, and whose it is. */
interface Member {
  readonly owner: Owner;
  readonly image: ImageDetails;
}

/** The images that one stands on, each by the record of the build above it. The parent comes first. */
export async function findAncestors(
  request: AncestorRequest,
  opener: ImageOpener,
): Promise<readonly [Ancestor, ...Ancestor[]]> {
  const { plan, variantsDirectory } = request;
  const ancestor = (member: Member, depth: number): Ancestor => ({
    ...member,
    open: once(() => opener.open(member.image, `test-${plan.variant}-below-${depth}`)),
  });
  const parent = await findDirectParent(request);
  const ancestors: [Ancestor, ...Ancestor[]] = [ancestor(parent, 1)];
  let next = await recordedParent(variantsDirectory, parent.owner);
  // Where one is not there any more, its findings are shown as those of the lowest image that is.
  while (next !== undefined) {
    ancestors.push(ancestor(next, ancestors.length + 1));
    next = await recordedParent(variantsDirectory, next.owner);
  }
  return ancestors;
}

/** The image that the build stood on, also when its name stands for a newer one by now. */
async function findDirectParent(request: AncestorRequest): Promise<Member> {
  const { plan, variantsDirectory } = request;
  const record = await readImageRecord(join(variantsDirectory, plan.variant));
  const recorded = record?.reference === plan.reference ? await findImage(record.parent.imageId) : undefined;
  const { parent } = plan;
  const owner: Owner =
    parent.kind === 'variant'
      ? { kind: 'variant', name: parent.variant }
      : { kind: 'upstream', name: parent.reference };
  return { owner, image: recorded ?? (await findParent(plan, request)) };
}

async function recordedParent(variantsDirectory: string, owner: Owner): Promise<Member | undefined> {
  if (owner.kind === 'upstream') return undefined;
  const parent = (await readImageRecord(join(variantsDirectory, owner.name)))?.parent;
  const image = parent === undefined ? undefined : await findImage(parent.imageId);
  if (parent === undefined || image === undefined) return undefined;
  return parent.variant === undefined
    ? { owner: { kind: 'upstream', name: parent.reference }, image }
    : { owner: { kind: 'variant', name: parent.variant }, image };
}
