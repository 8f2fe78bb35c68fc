import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  CommandError,
  isLocal,
  parseReference,
  pullArgv,
  requireImage,
  runCommand,
  toImageId,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import { type BuildPlan } from '@immutablue/plan';
import { readImageRecord } from '../ledger/task-records';
import { ociArchitecture } from '@immutablue/variant';

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
  switch (plan.parent.kind) {
    case 'variant':
      return findParentVariant(plan, plan.parent.variant, options);
    case 'upstream': {
      const reference = parseReference(plan.parent.reference);
      if (reference === undefined || isLocal(reference)) {
        return requireImage(plan.parent.reference, `make it: \`npx nx run ${labTarget(plan)}\``);
      }
      // By its ID: a build for another architecture gives the name to another image.
      return requireImage(await pull(plan, options.signal), 'it was removed while it was pulled: build again');
    }
  }
}

async function pull(plan: ParentQuery, signal: AbortSignal): Promise<ImageId> {
  try {
    const { stdout } = await runCommand(pullArgv(plan.parent.reference, ociArchitecture(plan.architecture)), {
      signal,
      proxies: 'passed',
    });
    return toImageId(stdout.trim());
  } catch (error) {
    if (!(error instanceof CommandError) || error.diagnostics[0].code === 'oci/no-space') throw error;
    throw new DiagnosticError(
      {
        code: 'oci/registry-refused',
        message: `the image \`${plan.parent.reference}\`, which \`${plan.variant}\` stands on, cannot be pulled`,
        notes: error.result.tail.slice(-5),
        hint: `is there a network, and is the name right? Without a network: \`npx nx build ${plan.variant} -c lab\``,
      },
      { cause: error },
    );
  }
}

async function findParentVariant(
  plan: ParentQuery,
  parent: string,
  { variantsDirectory }: FindParentOptions,
): Promise<ImageDetails> {
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
  return requireImage(imageId, `build it again: \`npx nx build ${parent}\``);
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
