import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type Digest, type ImageId } from '@immutablue/oci';
import {
  descriptorSchema,
  findManifest,
  findPublished,
  IMAGE_MANIFEST,
  listReferrers,
  readBlob,
  type Descriptor,
  type Repository,
} from '@immutablue/registry';
import { payloadDigests, readManifest, signatureTag, type SignedImage } from '@immutablue/signing';
import { ociArchitecture, type Architecture } from '@immutablue/variant';
import * as z from 'zod';
import { attestationTag, envelopesIn, type Attachment } from '../attest-image';
import { parseJson } from '../dsse/envelope';

/** An image as a registry has it. */
export interface PulledImage extends SignedImage {
  readonly imageId: ImageId;
  /** diffIDs, lowest layer first. */
  readonly layers: readonly Digest[];
}

/**
 * The image under a tag or a digest; of an index, the one for an architecture.
 *
 * @throws {DiagnosticError} `registry/not-found` when there is none, `registry/…`.
 */
export async function pullImage(
  repository: Repository,
  reference: string,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<PulledImage> {
  const image = await findPublished(repository, reference, ociArchitecture(architecture), signal);
  return {
    registry: repository.connection.host,
    repository: repository.name,
    digest: image.digest,
    imageId: image.id,
    layers: image.layers.map(({ diffId }) => diffId),
  };
}

/** The signatures of an image, for `judgeSignatures`; undefined without any. */
export async function pullSignatures(
  repository: Repository,
  image: Digest,
  signal: AbortSignal,
): Promise<Attachment | undefined> {
  const manifest = (await findManifest(repository, signatureTag(image), signal))?.bytes;
  if (manifest === undefined) return undefined;
  const needed = new Set<string>(payloadDigests(manifest));
  const layers = readManifest(manifest, 'signatures').layers.filter(({ digest }) => needed.has(digest));
  const sized = layers.map(({ digest, size }) => ({ digest: toDigest(digest), size }));
  return { manifest, blobs: await readBlobs(repository, sized, signal) };
}

/** The provenances of an image; undefined without any. What `attestImage` takes as those that exist. */
export async function pullAttestations(
  repository: Repository,
  image: Digest,
  signal: AbortSignal,
): Promise<Attachment | undefined> {
  const manifest = (await findManifest(repository, attestationTag(image), signal))?.bytes;
  if (manifest === undefined) return undefined;
  return { manifest, blobs: await readBlobs(repository, envelopesIn(manifest), signal) };
}

/** The documents that refer to an image, by their own digests: those that are there as a whole. */
export async function pullDocuments(
  repository: Repository,
  image: Digest,
  types: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { artifactType, digest } of await listReferrers(repository, image, signal)) {
    if (artifactType === undefined || !types.has(artifactType)) continue;
    const manifest = await findManifest(repository, digest, signal);
    const parsed = manifest && referrerSchema.safeParse(parseJson(manifest.bytes));
    if (parsed?.success !== true || parsed.data.subject.digest !== image) continue;
    for (const layer of parsed.data.layers) if (await isWhole(repository, layer, signal)) found.add(layer.digest);
  }
  return found;
}

/** A list of referrers can name what refers to another image. */
const referrerSchema = z.object({
  mediaType: z.literal(IMAGE_MANIFEST).optional(),
  subject: descriptorSchema,
  layers: z.array(descriptorSchema),
});

/** Reads a blob to its end, where it is known whether it has its digest. */
async function isWhole(repository: Repository, blob: Descriptor, signal: AbortSignal): Promise<boolean> {
  return (
    (await unlessWrong(async () => {
      await finished(readBlob(repository, blob, { signal }).resume());
      return true;
    })) ?? false
  );
}

async function readBlobs(
  repository: Repository,
  blobs: readonly { readonly digest: Digest; readonly size: number }[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Digest, Buffer>> {
  const read = new Map<Digest, Buffer>();
  for (const blob of blobs) {
    const bytes = await unlessWrong(() => buffer(readBlob(repository, blob, { signal })));
    if (bytes !== undefined) read.set(blob.digest, bytes);
  }
  return read;
}

/** A blob that is gone or has other bytes is a finding; that a registry cannot be asked is an error. */
export async function unlessWrong<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof DiagnosticError ? error.diagnostics[0].code : undefined;
    if (code === 'registry/not-found' || code === 'registry/digest-mismatch') return undefined;
    throw error;
  }
}
