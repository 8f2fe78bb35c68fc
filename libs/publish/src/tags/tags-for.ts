import { DiagnosticError } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import { imagePlace, tagSchema, type ImageSettings, type Release, type Tag, type Variant } from '@immutablue/variant';
import { byAge, formatDatedTag, parseDatedTag } from './dated-tag';

/** What an image is published for. */
export type Occasion = { readonly kind: 'release' } | { readonly kind: 'pull-request'; readonly number: number };

export interface TagsRequest {
  readonly variant: Pick<Variant, 'imageName'>;
  readonly release: Release;
  readonly settings: Pick<ImageSettings, 'tags' | 'releases'>;
  readonly occasion: Occasion;
  /** Its day counts, in UTC. */
  readonly date: Date;
  /** What is published: the image, or the index of its architectures. */
  readonly digest: Digest;
  /** The dated tags of the image that the repository has, see {@link datedTagsOf}, and what they stand for. */
  readonly existingTags: ReadonlyMap<string, Digest>;
}

/** The tags that are to stand for an image. */
export interface ImageTags {
  /** One that never moves. It is there already, for this very digest, when the image is published again. */
  readonly dated: Tag | undefined;
  /** Those that are moved to the image after that, in this order. */
  readonly moving: readonly Tag[];
}

/** Where a variant's images are published: `quay.io/immutablue/immutablue-cyan`. */
export function repositoryOf(
  variant: Pick<Variant, 'imageName'>,
  settings: Pick<ImageSettings, 'registry' | 'tags'>,
): string {
  return `${settings.registry}/${imagePlace(variant, settings).repository}`;
}

/**
 * The tags of an image. Pure.
 *
 * @throws {DiagnosticError} `publish/tag` when registries do not take one of them.
 */
export function tagsFor(request: TagsRequest): ImageTags {
  const { release, occasion, settings } = request;
  switch (occasion.kind) {
    case 'pull-request':
      return { dated: undefined, moving: [tagOf(request, `pr-${occasion.number}-${release}`)] };
    case 'release':
      return {
        dated: datedTag(request),
        moving: [release, ...(release === settings.releases[0] ? ['latest'] : [])].map((head) => tagOf(request, head)),
      };
  }
}

/** The tag that hosts of a release follow: `44`, or `44-cyan`. */
export function followedTag(image: Pick<TagsRequest, 'variant' | 'release' | 'settings'>): Tag {
  return tagOf(image, image.release);
}

/** Of the tags of a repository those that {@link tagsFor} has to know: the dated ones of an image, the newest first. Pure. */
export function datedTagsOf(
  image: Pick<TagsRequest, 'variant' | 'release' | 'settings'>,
  tags: readonly string[],
): readonly string[] {
  return datedTags(tagOf(image, image.release), tags).map(formatDatedTag);
}

/**
 * What the image has already, or the next of the day. A number that was given once is not given again as long as a later one is
 * there: what a tag stood for must not come back as another image.
 */
function datedTag(request: TagsRequest): Tag {
  const series = tagOf(request, request.release);
  const dated = datedTags(series, [...request.existingTags.keys()]);
  const own = dated.map(formatDatedTag).find((tag) => request.existingTags.get(tag) === request.digest);
  if (own !== undefined) return toTag(own);
  const first = { series, day: new Date(request.date.toISOString().slice(0, 10)), number: 0 };
  const taken = dated.filter(({ day }) => day.getTime() === first.day.getTime()).map(({ number }) => number);
  return toTag(formatDatedTag({ ...first, number: Math.max(-1, ...taken) + 1 }));
}

function datedTags(series: string, tags: readonly string[]) {
  return tags
    .flatMap((tag) => parseDatedTag(tag) ?? [])
    .filter((dated) => dated.series === series)
    .toSorted(byAge);
}

function tagOf({ variant, settings }: Pick<TagsRequest, 'variant' | 'settings'>, head: string): Tag {
  const { flavour } = imagePlace(variant, settings);
  return toTag(flavour === undefined ? head : `${head}-${flavour}`);
}

function toTag(text: string): Tag {
  const parsed = tagSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw refused(text, parsed.error.issues[0]?.message ?? '');
}

function refused(text: string, why: string): DiagnosticError {
  return new DiagnosticError({ code: 'publish/tag', message: `no tag can be made of \`${text}\`: ${why}` });
}
