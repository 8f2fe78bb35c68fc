import {
  findManifest,
  IMAGE_MANIFEST,
  putManifest,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Repository,
} from '@immutablue/registry';
import { signatureTag, signImage, type SigningKey } from '@immutablue/signing';
import type { PublishedImage } from './model';

/** Signs an image of a registry, beside the signatures that it has. @throws {DiagnosticError} `registry/…`, `signing/wrong-manifest`. */
export async function putSignature(
  repository: Repository,
  { host, repository: name, digest }: PublishedImage,
  key: SigningKey,
  signal: AbortSignal,
): Promise<void> {
  const existing = await findManifest(repository, signatureTag(digest), signal);
  const signing = signImage({ registry: host, repository: name, digest }, key, existing?.bytes);
  if (signing === undefined) return;
  for (const { bytes } of signing.blobs) await uploadBlob(repository, sourceOfBytes(bytes), { signal });
  await putManifest(repository, toManifest(signing.manifest.bytes, IMAGE_MANIFEST), signing.tag, signal);
}
