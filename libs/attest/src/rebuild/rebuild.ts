import { DiagnosticError } from '@immutablue/diagnostics';
import { findImage, isLocal, parseReference, requireImage, type ImageDetails } from '@immutablue/oci';
import { findPublished, openRegistry, withPublished, type Registry } from '@immutablue/registry';
import { findDepBuilderImages, rebuildImage, type RebuildRequest } from '@immutablue/stage-runner';
import { ociArchitecture } from '@immutablue/variant';
import type { Statement } from '../provenance/statement';
import { parentIn, type ParentOf } from '../verify/judge';
import type { PulledImage } from '../verify/pull';
import { compareLayers, type Rebuilt } from './compare-layers';
import { requireSameSources } from './same-sources';

export interface RebuildAttestedRequest extends Omit<RebuildRequest, 'parent' | 'depBuilderImages'> {
  /** Of the image's registry. */
  readonly registry: Registry;
  readonly image: PulledImage;
  /** What `verifyImage` has found proven, of the image and of those that it stands on. */
  readonly statement: Statement;
}

/**
 * Builds a published image again from what its provenance says, and compares the layers. Nothing of the workspace is changed. A parent
 * that is not on this machine is fetched for as long as that takes.
 *
 * @param request its plan is that of this working tree.
 * @throws {DiagnosticError} `attest/other-sources` when that is not what the image was built from, `attest/other-parent` when the parent
 * is neither on this machine nor named as one of a registry; `registry/…`; and as a build does.
 */
export async function rebuildAttested(request: RebuildAttestedRequest): Promise<Rebuilt> {
  const { image, statement, plan, workspaceRoot, variantsDirectory } = request;
  const depBuilderImages = await findDepBuilderImages(plan, variantsDirectory);
  requireSameSources(statement, plan, { workspaceRoot, depBuilderImages });
  return withParent(request, async (parent) =>
    compareLayers(image, await rebuildImage({ ...request, parent, depBuilderImages }), plan.variant),
  );
}

/** The parent by its configuration: the same layers under other labels would give an image with another configuration. */
async function withParent<T>(
  { statement, registry, plan, signal, emit }: RebuildAttestedRequest,
  work: (parent: ImageDetails) => Promise<T>,
): Promise<T> {
  const named = parentIn(statement);
  if (named === undefined) throw notHere([], 'its provenance does not say which that is');
  const { reference, imageId, published } = named;
  const found = await findImage(imageId);
  if (found !== undefined) return work(found);
  const notes = [`${reference}, image ${imageId}`];
  const place = published && parseReference(published.name);
  if (published === undefined || place === undefined) throw notHere(notes, howToGet(named));
  const onLine = (message: string) => {
    emit({ kind: 'waiting', message });
  };
  return withRegistry(place.registry, registry, async ({ repository }) => {
    const architecture = ociArchitecture(plan.architecture);
    const image = await findPublished(repository(place.repository), published.digest, architecture, signal);
    if (image.id !== imageId) throw notHere(notes, `\`${published.name}@${published.digest}\` is another one`);
    return withPublished([image], { signal, onLine }, async () => work(await requireImage(imageId, howToGet(named))));
  });
}

/** Upstream images are in registries of their own. */
async function withRegistry<T>(host: string, known: Registry, work: (registry: Registry) => Promise<T>): Promise<T> {
  if (host === known.host) return work(known);
  const registry = await openRegistry(host);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

function notHere(notes: readonly string[], hint: string): DiagnosticError {
  const message = 'the image that it was built on is not on this machine';
  return new DiagnosticError({ code: 'attest/other-parent', message, notes, hint });
}

function howToGet({ variant, published, reference }: ParentOf): string {
  if (published !== undefined) return `pull it: \`buildah pull ${published.name}@${published.digest}\``;
  if (variant !== undefined) return `build it: \`npx nx build ${variant}\``;
  const parsed = parseReference(reference);
  return parsed !== undefined && isLocal(parsed)
    ? 'make it: `npx nx run lab:up`'
    : `pull it: \`buildah pull ${reference}\``;
}
