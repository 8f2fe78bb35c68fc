import { createHash } from 'node:crypto';
import { DiagnosticError } from '@immutablue/diagnostics';
import { toDigest, type Digest } from '@immutablue/oci';
import * as z from 'zod';

/** Of the manifest that holds signatures, or attestations: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';

/** The annotation of a layer that holds the signature over it, in base64; empty where the layer holds its signatures itself. */
export const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** What is attached to an image: the word that begins the tag's extension says which. */
export type Attached = 'signatures' | 'attestations';

/** The tag under which cosign and hosts look for what is attached to an image, in its own repository. */
export function attachedTag(digest: Digest, attached: Attached): string {
  return `${digest.replace(':', '-')}.${EXTENSIONS[attached]}`;
}

const EXTENSIONS: Readonly<Record<Attached, string>> = { signatures: 'sig', attestations: 'att' };

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

export type AttachedLayer = z.output<typeof layerSchema>;
export type AttachedManifest = z.output<typeof manifestSchema>;

/** A manifest without layers. */
export const NOTHING_ATTACHED: Pick<AttachedManifest, 'layers'> = { layers: [] };

/**
 * Reads the manifest that stands under an {@link attachedTag} of an image.
 *
 * @throws {DiagnosticError} `signing/wrong-manifest` when it is something else.
 */
export function readManifest(bytes: Uint8Array, attached: Attached): AttachedManifest {
  const parsed = manifestSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  throw new DiagnosticError({
    code: 'signing/wrong-manifest',
    message: `what the registry has under the tag of the ${attached} is no manifest of ${attached}`,
    hint: 'something else has been pushed under that tag: remove it there, and sign again',
  });
}

/** A configuration that names the layers, none of which is compressed: tools that read images expect one. */
export function configOf(layers: readonly AttachedLayer[]): Content {
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
export function manifestOf(existing: object, layers: readonly AttachedLayer[], config: Content): Content {
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
