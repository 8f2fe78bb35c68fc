import { buffer } from 'node:stream/consumers';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import {
  descriptorSchema,
  findDigest,
  findManifest,
  listTags,
  readBlob,
  type Manifest,
  type Repository,
} from '@immutablue/registry';
import type { ImageSettings, Release, Variant } from '@immutablue/variant';
import * as z from 'zod';
import { composeIndex, imageFor, isIndex, platformSchema, type Existing, type ImagePlatform } from '../index-manifest';
import { parseJson } from '../parse-json';
import { datedTagsOf, tagsFor, type Occasion } from './tags-for';

/** Which tags an image gets. */
export interface TagChoice {
  readonly variant: Pick<Variant, 'imageName' | 'platforms'>;
  readonly release: Release;
  readonly settings: Pick<ImageSettings, 'tags' | 'releases'>;
  readonly occasion: Occasion;
  readonly date: Date;
}

/** What a tag stands for. */
export interface TagState {
  readonly tag: string;
  /** Undefined when it is free. */
  readonly digest: Digest | undefined;
  /** The image for the platform that is published. */
  readonly image: Digest | undefined;
}

/** What tags are to stand for, and what they stand for now; one that never moves is the first, where there is one. */
export interface Tagging {
  /** The image, or an index of its architectures. */
  readonly top: Manifest;
  readonly tags: readonly TagState[];
}

/**
 * What the tags of an image are to stand for: the image itself, or where a variant has several platforms an index with those that
 * other machines have published.
 *
 * @throws {DiagnosticError} `publish/not-an-index`, `publish/tag`, `registry/…`.
 */
export async function planTagging(
  repository: Repository,
  choice: TagChoice,
  manifest: Manifest,
  config: Buffer,
  signal: AbortSignal,
): Promise<Tagging> {
  const platform = platformOf(config);
  const listed = datedTagsOf(choice, await listTags(repository, signal));
  const existingTags = new Map<string, Digest>();
  for (const tag of listed) {
    const digest = await findDigest(repository, tag, signal);
    if (digest !== undefined) existingTags.set(tag, digest);
  }
  // Which they are does not depend on the digest, which is not known before.
  const [first] = tagsFor({ ...choice, digest: manifest.digest, existingTags }).moving;
  const existing = await readExisting(repository, first, signal);
  const top = topManifest(choice, existing, manifest, platform);
  const { dated, moving } = tagsFor({ ...choice, digest: top.digest, existingTags });
  const tags: TagState[] = [];
  for (const tag of [...(dated === undefined ? [] : [dated]), ...moving]) {
    tags.push(await readTag(repository, tag, platform, signal));
  }
  return { top, tags };
}

/** An index, too, for an image of a pull request: it alone can say when it was published, so that it is removed in time. */
function topManifest(
  { variant, occasion, date }: TagChoice,
  existing: Existing,
  manifest: Manifest,
  platform: ImagePlatform,
): Manifest {
  const { mediaType, digest, bytes } = manifest;
  const image = { mediaType, digest, size: bytes.length, platform };
  switch (occasion.kind) {
    case 'pull-request':
      return composeIndex(existing, image, { 'org.opencontainers.image.created': date.toISOString() });
    case 'release':
      return variant.platforms.length > 1 ? composeIndex(existing, image) : manifest;
  }
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
function platformOf(config: Buffer): ImagePlatform {
  const { architecture, os, variant } = platformSchema.parse(parseJson(config));
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}

const imageSchema = z.object({ config: descriptorSchema });

async function readExisting(repository: Repository, tag: string | undefined, signal: AbortSignal): Promise<Existing> {
  const found = tag === undefined ? undefined : await findManifest(repository, tag, signal);
  if (found === undefined) return { kind: 'nothing' };
  if (isIndex(found)) return { kind: 'index', bytes: found.bytes };
  const { config } = imageSchema.parse(parseJson(found.bytes));
  const platform = platformOf(await buffer(readBlob(repository, config, { signal })));
  const { mediaType, digest, bytes } = found;
  return { kind: 'image', image: { mediaType, digest, size: bytes.length, platform } };
}

async function readTag(
  repository: Repository,
  tag: string,
  platform: ImagePlatform,
  signal: AbortSignal,
): Promise<TagState> {
  const found = await findManifest(repository, tag, signal);
  if (found === undefined) return { tag, digest: undefined, image: undefined };
  return { tag, digest: found.digest, image: isIndex(found) ? imageFor(found.bytes, platform) : found.digest };
}

/**
 * Refuses to go on when another has published an image for the same platform meanwhile. Another platform of an index may have come.
 *
 * @param published what is published, for which some of the tags may stand already.
 * @throws {DiagnosticError} `publish/tag-moved`.
 */
export function requireUnmoved(
  { connection, name }: Repository,
  before: readonly TagState[],
  now: readonly TagState[],
  published: Digest,
): void {
  for (const { tag, image } of now) {
    const earlier = before.find((state) => state.tag === tag);
    if (earlier === undefined || earlier.image === image || image === published) continue;
    throw movedByOther(`${connection.host}/${name}`, tag, earlier.image, image);
  }
}

/** The error for a tag that another publication has moved. */
export function movedByOther(
  repository: string,
  tag: string,
  before: Digest | undefined,
  now: Digest | undefined,
): DiagnosticError {
  return new DiagnosticError({
    code: 'publish/tag-moved',
    message: `the tag \`${tag}\` of \`${repository}\` was moved by another publication meanwhile: it is left where it is`,
    notes: [`at the start: ${before ?? 'free'}`, `now: ${now ?? 'free'}`],
    hint: 'look which image is the right one, then publish again',
  });
}
