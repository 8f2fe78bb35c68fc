import { requireImage, type ImageDetails, type ImageId } from '@immutablue/oci';
import { keysOf } from '@immutablue/plan';
import { missedAll } from '../cache/lookup';
import { openLedger, type Ledger } from '../ledger/ledger';
import { underLocks } from './build';
import { executePlan } from './execute-plan';
import type { BuildRequest } from './request';

export interface RebuildRequest extends Omit<BuildRequest, 'reuse'> {
  readonly parent: ImageDetails;
  /** The dep-builders' images by variant. */
  readonly depBuilderImages: ReadonlyMap<string, ImageId>;
}

/**
 * Builds an image from nothing, on a parent that is given, to see whether it comes out the same. No name is moved, and no later build
 * takes the result for its own; it stays in the store until images are collected.
 *
 * @throws {DiagnosticError} as a build does.
 */
export function rebuildImage({ parent, depBuilderImages, ...request }: RebuildRequest): Promise<ImageDetails> {
  const { plan, workspaceRoot } = request;
  // The image gets no name: a build of the variant need not wait.
  return underLocks(request, [], async () => {
    const decision = {
      ledger: recordingImagesOnly(openLedger(workspaceRoot)),
      keys: keysOf(plan, depBuilderImages),
      parent,
      depBuilderImages,
      lookup: missedAll({ kind: 'clean' }),
      before: undefined,
    };
    const imageId = await executePlan({ ...request, reuse: 'never' }, decision, []);
    return requireImage(imageId, `verify again: \`npx nx run ${plan.variant}:verify --rebuild\``);
  });
}

/** That an image was made here is recorded: only such images are ever removed. What it was made of and under which key is not. */
function recordingImagesOnly(ledger: Ledger): Ledger {
  return {
    ...ledger,
    write: async (kind, id, entry) => {
      if (kind === 'images') await ledger.write(kind, id, entry);
    },
  };
}
