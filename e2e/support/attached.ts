import { attestImage, pullAttestations, type Statement } from '@immutablue/attest';
import type { Digest } from '@immutablue/oci';
import {
  IMAGE_MANIFEST,
  putManifest,
  putReferrer,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Repository,
} from '@immutablue/registry';
import { signatureTag, signImage, type SigningKey } from '@immutablue/signing';

/** What hangs on an image in a registry, pushed piece by piece: tests leave one out, or change it. */

/** A document that a test takes for an SBOM. */
export const SBOM = { mediaType: 'application/spdx+json', bytes: Buffer.from('{"spdxVersion":"SPDX-2.3"}') };

/** The manifest of an image. */
export interface Pushed {
  readonly digest: Digest;
  readonly size: number;
}

/** Attests an image beside what has attested it already. @param change what is done to the blobs before they are pushed. */
export async function pushAttestation(
  repository: Repository,
  { digest, size }: Pushed,
  statement: Statement,
  by: SigningKey,
  change: (text: string) => string = (text) => text,
): Promise<'attested' | 'attested-already'> {
  const existing = await pullAttestations(repository, digest, AbortSignal.timeout(60_000));
  const attesting = attestImage({ mediaType: IMAGE_MANIFEST, digest, size }, statement, by, existing);
  if (attesting === undefined) return 'attested-already';
  let text = attesting.manifest.bytes.toString();
  for (const { bytes, digest: before } of attesting.blobs) {
    const blob = sourceOfBytes(Buffer.from(change(bytes.toString())));
    text = text.replaceAll(before, blob.digest).replace(`"size":${bytes.length}`, `"size":${blob.size}`);
    await uploadBlob(repository, blob);
  }
  const manifest = toManifest(Buffer.from(text), IMAGE_MANIFEST);
  await putReferrer(repository, manifest, { subject: digest, artifactType: attesting.artifactType });
  await putManifest(repository, manifest, attesting.tag);
  return 'attested';
}

/** Signs an image that nothing has signed. */
export async function pushSignature(repository: Repository, { digest }: Pushed, by: SigningKey): Promise<void> {
  const image = { registry: repository.connection.host, repository: repository.name, digest };
  const signing = signImage(image, by);
  if (signing === undefined) throw new Error('it is signed already');
  for (const { bytes } of signing.blobs) await uploadBlob(repository, sourceOfBytes(bytes));
  await putManifest(repository, signing.manifest, signatureTag(digest));
}

/** Pushes a document that refers to an image. */
export async function pushDocument(
  repository: Repository,
  { digest, size }: Pushed,
  bytes: Buffer = SBOM.bytes,
): Promise<void> {
  const [document, empty] = [sourceOfBytes(bytes), sourceOfBytes(Buffer.from('{}'))];
  await uploadBlob(repository, document);
  await uploadBlob(repository, empty);
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: SBOM.mediaType,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: empty.digest, size: empty.size },
    layers: [{ mediaType: SBOM.mediaType, digest: document.digest, size: document.size }],
    subject: { mediaType: IMAGE_MANIFEST, digest, size },
  });
  const manifest = toManifest(Buffer.from(text), IMAGE_MANIFEST);
  await putReferrer(repository, manifest, { subject: digest, artifactType: SBOM.mediaType });
}
