import { DiagnosticError } from '@immutablue/diagnostics';
import { findImage, type ImageDetails } from '@immutablue/oci';
import { findDepBuilderImages, rebuildImage, type RebuildRequest } from '@immutablue/stage-runner';
import type { Statement } from '../provenance/statement';
import { parentIn, type ParentOf } from '../verify/judge';
import type { PulledImage } from '../verify/pull';
import { compareLayers, type Rebuilt } from './compare-layers';
import { requireSameSources } from './same-sources';

export interface RebuildAttestedRequest extends Omit<RebuildRequest, 'parent' | 'depBuilderImages'> {
  readonly image: PulledImage;
  readonly statement: Statement;
}

/**
 * Builds a published image again from what its provenance says, and compares the layers. Nothing of the workspace is changed.
 *
 * @param request its plan is that of this working tree.
 * @throws {DiagnosticError} `attest/other-sources` when that is not what the image was built from, `attest/other-parent` when the parent
 * is not on this machine; and as a build does.
 */
export async function rebuildAttested({ image, statement, ...request }: RebuildAttestedRequest): Promise<Rebuilt> {
  const { plan, workspaceRoot, variantsDirectory } = request;
  const depBuilderImages = await findDepBuilderImages(plan, variantsDirectory);
  requireSameSources(statement, plan, { workspaceRoot, depBuilderImages });
  const parent = await requireParent(statement);
  return compareLayers(image, await rebuildImage({ ...request, parent, depBuilderImages }), plan.variant);
}

/** The parent by its configuration: the same layers under other labels would give an image with another configuration. */
async function requireParent(statement: Statement): Promise<ImageDetails> {
  const named = parentIn(statement);
  const found = named && (await findImage(named.imageId));
  if (found !== undefined) return found;
  throw new DiagnosticError({
    code: 'attest/other-parent',
    message: 'the image that it was built on is not on this machine',
    notes: named === undefined ? [] : [`${named.reference}, image ${named.imageId}`],
    hint: named === undefined ? 'its provenance does not say which that is' : howToGet(named),
  });
}

function howToGet({ variant, published, reference }: ParentOf): string {
  if (published !== undefined) return `pull it: \`buildah pull ${published.name}@${published.digest}\``;
  return variant === undefined ? `pull it: \`buildah pull ${reference}\`` : `build it: \`npx nx build ${variant}\``;
}
