import { BUNDLE_TYPE, sealBundle, statementIn, unlessWrong } from '@immutablue/attest';
import { toDigest } from '@immutablue/oci';
import {
  descriptorSchema,
  findManifest,
  listReferrers,
  readBlob,
  type Descriptor,
  type Repository,
} from '@immutablue/registry';
import type { PublicKey, SigningKey } from '@immutablue/signing';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { putDocuments } from './documents/document';
import { parseJson } from './parse-json';

/** Hosts read no bundles: they are for people and for policies of clusters. Larger ones are none of ours. */
const MAXIMUM_BYTES = 64 * 1024 * 1024;

/**
 * Hangs statements about an image on it, each in a signed bundle. One that the key has signed before is left as it is: a signature is
 * another one each time. https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
 *
 * @throws {DiagnosticError} `registry/…`.
 */
export async function putBundles(
  repository: Repository,
  subject: Descriptor,
  statements: readonly Buffer[],
  key: SigningKey,
  signal: AbortSignal,
): Promise<void> {
  const there = await statementsThere(repository, subject, key.publicKey, signal);
  const missing = statements.filter((statement) => !there.some((one) => one.equals(statement)));
  const documents = missing.map((statement) => {
    const { predicateType, bytes } = sealBundle(statement, key);
    const annotations = {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
    };
    return { name: 'bundle.sigstore.json', mediaType: BUNDLE_TYPE, bytes, annotations };
  });
  await putDocuments(repository, subject, documents, signal);
}

const manifestSchema = z.object({ layers: z.tuple([descriptorSchema]) });

async function statementsThere(
  repository: Repository,
  subject: Descriptor,
  key: PublicKey,
  signal: AbortSignal,
): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  for (const referrer of await listReferrers(repository, subject.digest, signal)) {
    if (referrer.artifactType !== BUNDLE_TYPE) continue;
    const bytes = await unlessWrong(async () => {
      const manifest = await findManifest(repository, toDigest(referrer.digest), signal);
      const layer = manifest && manifestSchema.safeParse(parseJson(manifest.bytes)).data?.layers[0];
      return layer === undefined || layer.size > MAXIMUM_BYTES
        ? undefined
        : buffer(readBlob(repository, layer, { signal }));
    });
    const statement = bytes && statementIn(bytes, key);
    if (statement !== undefined) found.push(statement);
  }
  return found;
}
