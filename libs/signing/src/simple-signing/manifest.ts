import { createHash } from 'node:crypto';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import * as z from 'zod';

/** Of the manifest that holds signatures: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The annotation of a layer that holds the signature over it, in base64. */
const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** Bytes as a registry keeps them. */
export interface Content {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** The bytes with their digest. */
export function contentOf(mediaType: string, bytes: Buffer): Content {
  return { mediaType, digest: toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`), bytes };
}

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

// Loose: what others have noted about their signatures, certificates for example, stays there.
const layerSchema = z.looseObject({
  mediaType: z.string(),
  size: z.int().nonnegative(),
  digest,
  annotations: z.record(z.string(), z.string()).optional(),
});

const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_TYPE).optional(),
  config: z.looseObject({ digest }),
  layers: z.array(layerSchema),
});

export type SignatureLayer = z.output<typeof layerSchema>;
export type SignatureManifest = z.output<typeof manifestSchema>;

/** A manifest without signatures. */
export const NO_SIGNATURES: Pick<SignatureManifest, 'layers'> = { layers: [] };

/**
 * Reads the manifest that stands under an image's signature tag.
 *
 * @throws {DiagnosticError} `signing/wrong-manifest` when it is something else.
 */
export function readManifest(bytes: Uint8Array): SignatureManifest {
  const parsed = manifestSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  throw new DiagnosticError({
    code: 'signing/wrong-manifest',
    message: 'what the registry has under the tag of the signatures is no manifest of signatures',
    hint: 'something else has been pushed under that tag: remove it there, and sign again',
  });
}

/** The signature that a layer carries; undefined for one that is no payload, or not signed. */
export function signatureIn({ mediaType, annotations }: SignatureLayer): Buffer | undefined {
  const text = annotations?.[SIGNATURE];
  return mediaType === PAYLOAD_TYPE && text !== undefined ? Buffer.from(text, 'base64') : undefined;
}

/** The layer of a payload with the signature over it. */
export function layerOf(payload: Content, signature: Buffer): SignatureLayer {
  return {
    mediaType: payload.mediaType,
    size: payload.bytes.length,
    digest: payload.digest,
    annotations: { [SIGNATURE]: signature.toString('base64') },
  };
}

/** A configuration that names the layers, none of which is compressed: tools that read images expect one. */
export function configOf(layers: readonly SignatureLayer[]): Content {
  const config = {
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
  };
  return contentOf(CONFIG_TYPE, Buffer.from(JSON.stringify(config)));
}

/** A manifest of these layers; what else `existing` says stays. */
export function manifestOf(existing: object, layers: readonly SignatureLayer[], config: Content): Content {
  const manifest = {
    ...existing,
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: config.mediaType, size: config.bytes.length, digest: config.digest },
    layers,
  };
  return contentOf(MANIFEST_TYPE, Buffer.from(JSON.stringify(manifest)));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
