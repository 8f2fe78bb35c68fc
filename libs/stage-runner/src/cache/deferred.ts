import { DiagnosticError } from '@immutablue/diagnostics';
import {
  detailsOf,
  findImage,
  parseImageContent,
  readImages,
  toDigest,
  toImageId,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import type { Entry } from '../ledger/entry';
import { buildsId, type KeptEntry, type Ledger } from '../ledger/ledger';

/**
 * A deferred image is one that a registry has and this machine fetches when something reads it: until then it is known by what its
 * manifest and configuration say, in the ledger.
 */
export type Deferred = Entry<'deferred'>;

/** An image by its ID: one of the store, or a deferred one. */
export async function findKnownImage(ledger: Ledger, id: ImageId): Promise<ImageDetails | undefined> {
  if (await isStored(id)) return findImage(id);
  const deferred = await ledger.read('deferred', id);
  return deferred && detailsOfDeferred(deferred);
}

/** What is known of a deferred image. Pure. */
export function detailsOfDeferred(deferred: Deferred): ImageDetails | undefined {
  switch (deferred.from) {
    case 'cache':
      return parseImageContent(deferred.image);
    case 'upstream':
      return detailsOf(deferred.config, toDigest(deferred.digest));
    case 'lost':
      return undefined;
  }
}

/** The deferred image that gets a name as soon as it is fetched: the one that the last build of that name has given. */
export async function findDeferred(ledger: Ledger, reference: string): Promise<ImageId | undefined> {
  const id = (await ledger.read('builds', buildsId(reference)))?.last?.imageId;
  return id !== undefined && (await isDeferred(ledger, toImageId(id))) ? toImageId(id) : undefined;
}

/**
 * Makes sure that the store has what the last build of a name has given, as far as there was one: otherwise the name may stand for an
 * older image.
 *
 * @throws {DiagnosticError} `oci/image-not-found`.
 */
export async function requireLastBuild(
  ledger: Ledger,
  { reference, variant }: { readonly reference: string; readonly variant?: string | undefined },
): Promise<void> {
  const id = (await ledger.read('builds', buildsId(reference)))?.last?.imageId;
  if (id === undefined || (await isStored(toImageId(id)))) return;
  throw new DiagnosticError({
    code: 'oci/image-not-found',
    message: `the image ${id.slice(0, 12)} of the last build of \`${reference}\` is not on this machine`,
    hint: `build it again: \`npx nx build ${variant ?? '<its variant>'}\``,
  });
}

/** The deferred upstream image of a name, for an architecture as OCI says it. */
export async function findDeferredUpstream(
  ledger: Ledger,
  name: string,
  architecture: string,
): Promise<ImageId | undefined> {
  const isNamed = ({ entry }: KeptEntry<'deferred'>) =>
    entry.from === 'upstream' && entry.name === name && detailsOfDeferred(entry)?.architecture === architecture;
  const found = (await ledger.list('deferred')).find(isNamed);
  return found && toImageId(found.id);
}

/** Whether an image is deferred: it may be in the store already, and not have all that a fetch gives it. */
export async function isDeferred(ledger: Ledger, id: ImageId): Promise<boolean> {
  const deferred = await ledger.read('deferred', id);
  return deferred !== undefined && deferred.from !== 'lost';
}

/** Where an image is: a deferred one is in a registry alone. */
export type ImagePlace = 'store' | 'registry';

/** Where an image is that is known. */
export async function placeOf(id: ImageId): Promise<ImagePlace> {
  return (await isStored(id)) ? 'store' : 'registry';
}

/** Whether the store has an image. */
export async function isStored(id: ImageId): Promise<boolean> {
  return (await readImages()).some((image) => image.id === id);
}
