import { buffer } from 'node:stream/consumers';
import type { Digest } from '@immutablue/oci';
import {
  descriptorSchema,
  findManifest,
  putManifest,
  readBlob,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Repository,
} from '@immutablue/registry';
import {
  judgeSignatures,
  payloadDigests,
  signatureTag,
  signImage,
  type PublicKey,
  type SigningKey,
} from '@immutablue/signing';
import * as z from 'zod';
import { refused } from './entry';

const layersSchema = z.object({ layers: z.array(descriptorSchema) });

/** @throws {DiagnosticError} `cache/refused-entry` unless the key has signed the manifest, for this repository. */
export async function requireSignature(
  repository: Repository,
  digest: Digest,
  key: PublicKey,
  signal: AbortSignal,
): Promise<void> {
  const manifest = await findManifest(repository, signatureTag(digest), signal);
  if (manifest === undefined) throw refused('it is not signed');
  const wanted = payloadDigests(manifest.bytes);
  const payloads = new Map<Digest, Buffer>();
  const parsed = layersSchema.safeParse(JSON.parse(manifest.bytes.toString()));
  if (!parsed.success) throw refused('its signature cannot be read');
  for (const layer of parsed.data.layers) {
    if (wanted.includes(layer.digest))
      payloads.set(layer.digest, await buffer(readBlob(repository, layer, { signal })));
  }
  const verdicts = judgeSignatures(signedImage(repository, digest), key, manifest.bytes, payloads);
  if (!verdicts.some(({ kind }) => kind === 'accepted')) throw refused("it is not signed by the workspace's key");
}

/** Signs a manifest that is there; other signatures of it stay. */
export async function sign(
  repository: Repository,
  digest: Digest,
  key: SigningKey,
  signal: AbortSignal,
): Promise<void> {
  const existing = await findManifest(repository, signatureTag(digest), signal);
  const signing = signImage(signedImage(repository, digest), key, existing?.bytes);
  if (signing === undefined) return;
  for (const { bytes } of signing.blobs) await uploadBlob(repository, sourceOfBytes(bytes), { signal });
  const { bytes, mediaType } = signing.manifest;
  await putManifest(repository, toManifest(bytes, mediaType), signing.tag, signal);
}

function signedImage({ name, connection: { host } }: Repository, digest: Digest) {
  return { registry: host, repository: name, digest };
}
