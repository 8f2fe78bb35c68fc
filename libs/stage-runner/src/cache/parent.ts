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

/**
 * The image that a plan stands on, looked up each time: a variant's by the record of its last build, an upstream image by its
 * name, pulled first unless it is one of this machine.
 *
 * @throws {DiagnosticError} `build/parent-missing` or `oci/image-not-found`, saying how to get it.
 */
export async function findParent(plan: BuildPlan, options: FindParentOptions): Promise<ImageDetails> {
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

async function pull(plan: BuildPlan, signal: AbortSignal): Promise<ImageId> {
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

async function findParentVariant(plan: BuildPlan, parent: string, options: FindParentOptions): Promise<ImageDetails> {
  const record = await readImageRecord(join(options.variantsDirectory, parent));
  const wanted = `${parent} for ${plan.release}, ${plan.architecture}, ${plan.upstream}`;
  if (record === undefined) throw missing(`\`${parent}\`, which \`${plan.variant}\` stands on, was not built yet`);
  if (record.release !== plan.release || record.arch !== plan.architecture || record.upstream !== plan.upstream) {
    throw missing(
      `the last build of \`${parent}\` was for ${record.release}, ${record.arch}, ${record.upstream}; needed is ${wanted}`,
    );
  }
  return requireImage(record.imageId, `build it again: \`npx nx build ${parent}\``);

  function missing(message: string): DiagnosticError {
    return new DiagnosticError({
      code: 'build/parent-missing',
      message,
      hint: `\`npx nx build ${plan.variant}\` builds \`${parent}\` first, unless --exclude-task-dependencies is given`,
    });
  }
}

function labTarget(plan: BuildPlan): string {
  return plan.architecture === 'x86_64' ? 'lab:up' : `lab:up-${plan.architecture}`;
}
