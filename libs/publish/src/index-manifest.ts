import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import { digestSchema, IMAGE_INDEX, toManifest, type Descriptor, type Manifest } from '@immutablue/registry';
import * as z from 'zod';
import { parseJson } from './parse-json';

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions */
export const platformSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});

export type ImagePlatform = z.output<typeof platformSchema>;

/** The image of one platform. */
export interface PlatformImage extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  /** As its config says. */
  readonly platform: ImagePlatform;
}

/** What is under a tag: nothing yet, an image of one platform, or an index, OCI's or Docker's. */
export type Existing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'image'; readonly image: PlatformImage }
  | { readonly kind: 'index'; readonly bytes: Buffer };

/** Whatever else others say of an entry or a platform stays. */
const entrySchema = z.looseObject({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().nonnegative(),
  platform: platformSchema.optional(),
});
type Entry = z.output<typeof entrySchema>;

const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(entrySchema) });

/**
 * The index under which an image is found for each of its platforms: `image` in place of the one that was there for its platform, with
 * those of the others, which other machines have built. The same images make the same bytes, in whatever order they are added. Pure.
 *
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 *
 * @param annotations all that the index is to have.
 * @throws {DiagnosticError} `publish/not-an-index` when what is there can be none.
 */
export function composeIndex(
  existing: Existing,
  image: PlatformImage,
  annotations: Readonly<Record<string, string>> = {},
): Manifest {
  const others = entriesOf(existing).filter(({ platform }) => !isSame(platform, image.platform));
  const manifests = [...others, entryOf(image)].toSorted((left, right) => compare(sortKey(left), sortKey(right)));
  const names = Object.keys(annotations).toSorted(compare);
  const index = {
    schemaVersion: 2,
    mediaType: IMAGE_INDEX,
    manifests,
    ...(names.length === 0 ? {} : { annotations: Object.fromEntries(names.map((name) => [name, annotations[name]])) }),
  };
  return toManifest(Buffer.from(JSON.stringify(index)), IMAGE_INDEX);
}

/** Whether a manifest is an index, OCI's or Docker's. */
export function isIndex({ mediaType }: Pick<Manifest, 'mediaType'>): boolean {
  return mediaType === IMAGE_INDEX || mediaType === 'application/vnd.docker.distribution.manifest.list.v2+json';
}

/** The image that an index has for a platform. @throws {DiagnosticError} `publish/not-an-index`. */
export function imageFor(index: Buffer, platform: ImagePlatform): Digest | undefined {
  return parseIndex(index).find((entry) => isSame(entry.platform, platform))?.digest;
}

function entriesOf(existing: Existing): readonly Entry[] {
  switch (existing.kind) {
    case 'nothing':
      return [];
    case 'image':
      return [entryOf(existing.image)];
    case 'index':
      return parseIndex(existing.bytes);
  }
}

/** Nothing but what an index needs: a descriptor of the caller may have more. */
function entryOf({ mediaType, digest, size, platform }: PlatformImage): Entry {
  const { architecture, os, ...rest } = platform;
  return { mediaType, digest, size, platform: { architecture, os, ...rest } };
}

function parseIndex(bytes: Buffer): readonly Entry[] {
  const parsed = indexSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data.manifests;
  throw new DiagnosticError({
    code: 'publish/not-an-index',
    message: 'what the tag stands for is no index of images by platform',
    notes: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    hint: 'publish under another name, or remove the tag from the registry',
  });
}

/** An entry without a platform is none of ours, and stays. */
function isSame(left: ImagePlatform | undefined, right: ImagePlatform): boolean {
  return left !== undefined && platformKey(left) === platformKey(right);
}

/** Last comes what has no platform: some clients take it for one of theirs. */
function sortKey({ platform, digest }: Entry): string {
  return `${platform === undefined ? '~' : platformKey(platform)} ${digest}`;
}

/** Programs for arm64 are those for its version 8: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#platform-variants */
function platformKey({ os, architecture, variant }: ImagePlatform): string {
  const version = variant ?? (architecture === 'arm64' ? 'v8' : '');
  return JSON.stringify([os, architecture, version]);
}

/** By code points: the same everywhere. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
