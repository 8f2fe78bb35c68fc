import {
  IMAGE_MANIFEST,
  descriptorSchema,
  sourceOfBytes,
  toManifest,
  type Descriptor,
  type Manifest,
} from '@immutablue/registry';
import type { PublicKey, SigningKey } from '@immutablue/signing';
import * as z from 'zod';
import type { TaskHash } from './task-hash';

/** What is kept of a task: the archive that Nx makes of its outputs, what it printed and its exit code. */
export type Content = Pick<Descriptor, 'digest' | 'size'>;

/** By whom an entry has to be signed to count. */
export type Trust = { readonly kind: 'anyone' } | { readonly kind: 'signed'; readonly by: PublicKey };

/** What a manifest holds for a hash. */
export type Entry =
  { readonly kind: 'content'; readonly content: Content } | { readonly kind: 'refused'; readonly why: string };

const ENTRY_TYPE = 'application/vnd.immutablue.nx-cache.v1';
const CONTENT_TYPE = 'application/vnd.immutablue.nx-cache.content.v1.tar+gzip';
const SIGNATURE = 'io.immutablue.nx-cache.signature';

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor */
export const NO_CONFIG = sourceOfBytes(Buffer.from('{}'));
const NO_CONFIG_TYPE = 'application/vnd.oci.empty.v1+json';

/** What is larger is neither kept nor taken, in bytes: Nx holds all of it in memory. */
export const MOST_BYTES = 256 * 1024 * 1024;

const manifestSchema = z.object({
  artifactType: z.literal(ENTRY_TYPE),
  layers: z.tuple([
    descriptorSchema.extend({ mediaType: z.literal(CONTENT_TYPE), size: z.int().positive().max(MOST_BYTES) }),
  ]),
  annotations: z.object({ [SIGNATURE]: z.base64().optional() }).default({}),
});

/** The tag of an entry. */
export function tagOf(hash: TaskHash): string {
  return `nx-${hash}`;
}

/** The manifest of an entry. @param key signs that this content is the result of this hash. */
export function manifestOf(hash: TaskHash, { digest, size }: Content, key: SigningKey | undefined): Manifest {
  const signature = key?.sign(payloadOf(hash, { digest, size })).toString('base64');
  const manifest: z.input<typeof manifestSchema> & Record<string, unknown> = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: ENTRY_TYPE,
    config: { mediaType: NO_CONFIG_TYPE, digest: NO_CONFIG.digest, size: NO_CONFIG.size },
    layers: [{ mediaType: CONTENT_TYPE, digest, size }],
    ...(signature === undefined ? {} : { annotations: { [SIGNATURE]: signature } }),
  };
  return toManifest(Buffer.from(JSON.stringify(manifest)), IMAGE_MANIFEST);
}

/** Reads a manifest that was found under the tag of a hash. */
export function readEntry(hash: TaskHash, { bytes }: Manifest, trust: Trust): Entry {
  const parsed = manifestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) return { kind: 'refused', why: 'is no result of a task' };
  const { layers, annotations } = parsed.data;
  const [{ digest, size }] = layers;
  const content = { digest, size };
  switch (trust.kind) {
    case 'anyone':
      return { kind: 'content', content };
    case 'signed': {
      const signature = annotations[SIGNATURE];
      if (signature === undefined) return { kind: 'refused', why: 'is not signed' };
      return trust.by.verifies(payloadOf(hash, content), Buffer.from(signature, 'base64'))
        ? { kind: 'content', content }
        : { kind: 'refused', why: 'is not signed by the key of this workspace, or was changed since' };
    }
  }
}

/** What is signed: the hash too, as a result that is moved to another hash would be a wrong one. It can be no signature of an image. */
function payloadOf(hash: TaskHash, { digest, size }: Content): Buffer {
  return Buffer.from(JSON.stringify({ type: ENTRY_TYPE, hash, digest, size }));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
