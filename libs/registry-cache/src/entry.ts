import { DiagnosticError } from '@immutablue/diagnostics';
import { parseImageContent, toDigest, type Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { descriptorSchema, digestSchema, IMAGE_MANIFEST, toManifest, type Manifest } from '@immutablue/registry';
import { resultSchema, type RemoteEntry } from '@immutablue/stage-runner';
import * as z from 'zod';

/** An entry is a manifest of this type under its key as the tag: https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage */
const ENTRY = 'application/vnd.immutablue.cache-entry.v1';
const ENTRY_CONFIG = 'application/vnd.immutablue.cache-entry.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
/** What a layer holds: its tar-split, as containers-storage has it. https://github.com/vbatts/tar-split */
const LISTING = 'application/vnd.immutablue.tar-split.v1+gzip';

/** Of which layer a blob is, by its diffID. */
const DIFF_ID = 'io.immutablue.diff-id';
/** The size of that layer's archive, uncompressed. */
const SIZE = 'io.immutablue.size';

/** No configuration is larger: it has no list of files. */
const CONFIG_BYTES = 4 * 1024 * 1024;

/** Something by its digest. */
export type Blob = z.output<typeof blobSchema>;
const blobSchema = descriptorSchema.pick({ digest: true, size: true });

/** A layer as the repository has it. */
export interface LayerBlobs {
  /** Absent for a layer of an upstream image, which the registry of that has. */
  readonly archive?: Blob;
  readonly listing: Blob;
  /** Of the archive, uncompressed, in bytes. */
  readonly size: number;
}

/** An entry, and where the repository has its layers. */
export interface StoredEntry extends RemoteEntry {
  readonly blobs: ReadonlyMap<Digest, LayerBlobs>;
}

const configSchema = z.strictObject({
  /** An entry that was moved under another tag is none of that tag. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  result: resultSchema,
  image: z.strictObject({ manifest: z.string(), config: z.string() }),
});

const layerSchema = z.object({
  ...blobSchema.shape,
  mediaType: z.enum([LAYER, LISTING]),
  annotations: z.object({
    [DIFF_ID]: digestSchema,
    [SIZE]: z
      .string()
      .regex(/^\d{1,13}$/)
      .transform(Number),
  }),
});

const manifestSchema = z.object({
  artifactType: z.literal(ENTRY),
  config: z.object({ ...blobSchema.shape, mediaType: z.literal(ENTRY_CONFIG), size: z.int().max(CONFIG_BYTES) }),
  layers: z.array(layerSchema),
});

/** What the manifest of an entry says. */
export interface EntryManifest {
  readonly config: Blob;
  readonly blobs: ReadonlyMap<Digest, LayerBlobs>;
}

/** The configuration of an entry, to be pushed before its manifest. Pure. */
export function writeConfig(key: BuildKey, { result, image }: Pick<RemoteEntry, 'result' | 'image'>): Buffer {
  const config: z.input<typeof configSchema> = { key, result, image };
  return Buffer.from(JSON.stringify(config));
}

/** The manifest of an entry. Pure. */
export function writeManifest(config: Blob, blobs: ReadonlyMap<Digest, LayerBlobs>): Manifest {
  const layers = [...blobs].flatMap(([diffId, { archive, listing, size }]) => {
    const annotations = { [DIFF_ID]: diffId, [SIZE]: String(size) };
    return [
      ...(archive === undefined ? [] : [{ mediaType: LAYER, ...archive, annotations }]),
      { mediaType: LISTING, ...listing, annotations },
    ];
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: ENTRY,
    config: { mediaType: ENTRY_CONFIG, ...config },
    layers,
  };
  return toManifest(Buffer.from(JSON.stringify(manifest)), IMAGE_MANIFEST);
}

/** Reads the manifest of an entry. Pure. @throws {DiagnosticError} `cache/refused-entry` when it is something else. */
export function readManifest(bytes: Buffer): EntryManifest {
  const parsed = manifestSchema.safeParse(json(bytes));
  if (!parsed.success) throw refused('it is no entry of a cache');
  const blobs = new Map<Digest, LayerBlobs>();
  const archives = new Map<Digest, Blob>();
  for (const { mediaType, annotations, digest, size } of parsed.data.layers) {
    const blob = { digest, size };
    if (mediaType === LAYER) archives.set(annotations[DIFF_ID], blob);
    else blobs.set(annotations[DIFF_ID], { listing: blob, size: annotations[SIZE] });
  }
  for (const [diffId, archive] of archives) {
    const listed = blobs.get(diffId);
    if (listed === undefined) throw refused('a layer has no list of what it holds');
    blobs.set(diffId, { archive, ...listed });
  }
  return { config: parsed.data.config, blobs };
}

/**
 * Reads an entry from its manifest and configuration, and checks that they fit together: the image is the one that the result names,
 * on its parent. Pure.
 *
 * @throws {DiagnosticError} `cache/refused-entry` otherwise.
 */
export function readEntry(key: BuildKey, config: Buffer, blobs: ReadonlyMap<Digest, LayerBlobs>): StoredEntry {
  const parsed = configSchema.safeParse(json(config));
  if (!parsed.success) throw refused('what it says of its result cannot be read');
  const { result, image } = parsed.data;
  if (parsed.data.key !== key) throw refused(`it is of another key, \`${parsed.data.key.slice(0, 12)}\``);
  const content = parseImageContent(image);
  if (content?.id !== result.imageId || content.id === result.parent.imageId || result.of === 'prefix') {
    throw refused('its image is not the one that it names');
  }
  const expected = [...result.parent.layers, ...result.ownLayers];
  if (result.of !== 'dep-builder' && JSON.stringify(content.layers) !== JSON.stringify(expected)) {
    throw refused('its image does not stand on the parent that it names');
  }
  const layers = new Map([...blobs].flatMap(([layer, { archive }]) => (archive ? [[layer, archive.size]] : [])));
  if (!result.ownLayers.every((layer) => layers.has(toDigest(layer)))) throw refused('a layer of it is missing');
  return { result, image, layers, listed: [...blobs.keys()], blobs };
}

/** Something that a repository has, and that must not be used. */
export function refused(why: string): DiagnosticError {
  return new DiagnosticError({ code: 'cache/refused-entry', message: why });
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
