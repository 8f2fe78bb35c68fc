import type { Digest } from '@immutablue/oci';
import { byAge, isPullRequestTag, parseDatedTag } from './dated-tag';

/** A tag of a repository. */
export interface ExistingTag {
  readonly tag: string;
  readonly digest: Digest;
  /** The images of an index, by architecture; none of a plain image. */
  readonly platforms: readonly Digest[];
  /** When a pull request's image was published. Without it, its tag stays. */
  readonly publishedAt?: Date;
}

/** How long tags stay that are of no use to hosts which follow a moving tag. */
export interface PrunePolicy {
  /** Dated tags that are older go, in weeks … */
  readonly weeks: number;
  /** … but of each image as many of the newest stay. */
  readonly newest: number;
  /** Tags of pull requests go after as many days. */
  readonly pullRequestDays: number;
}

/** What a repository loses. */
export interface Pruning {
  /** In the order of `existing`: images, then what hangs on them. */
  readonly tags: readonly string[];
  /**
   * The manifests of these, and images of an index that nothing else has. A registry removes a manifest with all its tags, so what has
   * another tag that stays is not among them; images come before their signatures, so that nothing unsigned is ever visible.
   */
  readonly manifests: readonly Digest[];
}

/** Whether a tag names what hangs on an image. */
export function isAttached(tag: string): boolean {
  return ATTACHED.test(tag);
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Signatures, attestations and SBOMs as cosign names them, and lists of referrers where a registry has none:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
const ATTACHED = /^(?<algorithm>sha256)-(?<hex>[0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/;

/**
 * The tags that a repository no longer needs: old dated tags, and those of pull requests, unless another tag that stays stands for the
 * same image; with the signatures and attestations of what goes. What it does not know stays. Pure.
 */
export function tagsToPrune(existing: readonly ExistingTag[], policy: PrunePolicy, now: Date): Pruning {
  const isOld = oldTags(existing, policy, now);
  const images = existing.filter(({ tag }) => !isAttached(tag));
  const stays = new Set(images.filter(({ tag }) => !isOld.has(tag)).flatMap(manifestsOf));
  const gone = images.filter(({ digest }) => !stays.has(digest));
  const removed = new Set([
    ...gone.map(({ digest }) => digest),
    ...gone.flatMap(({ platforms }) => platforms.filter((digest) => !stays.has(digest))),
  ]);
  const attached = existing.filter(({ tag }) => {
    const subject = subjectOf(tag);
    return subject !== undefined && removed.has(subject as Digest);
  });
  return {
    tags: [...gone, ...attached].map(({ tag }) => tag),
    manifests: [...new Set([...removed, ...attached.map(({ digest }) => digest)])],
  };
}

function oldTags(existing: readonly ExistingTag[], policy: PrunePolicy, now: Date): ReadonlySet<string> {
  const before = now.getTime() - policy.weeks * 7 * DAY;
  const dated = existing.flatMap(({ tag }) => {
    const parsed = parseDatedTag(tag);
    return parsed === undefined ? [] : [{ tag, ...parsed }];
  });
  const newer = new Map<string, number>();
  const old = dated.toSorted(byAge).filter(({ series, day }) => {
    const rank = newer.get(series) ?? 0;
    newer.set(series, rank + 1);
    return rank >= policy.newest && day.getTime() < before;
  });
  const pullRequests = existing.filter(
    ({ tag, publishedAt }) =>
      isPullRequestTag(tag) &&
      publishedAt !== undefined &&
      publishedAt.getTime() < now.getTime() - policy.pullRequestDays * DAY,
  );
  return new Set([...old, ...pullRequests].map(({ tag }) => tag));
}

function manifestsOf({ digest, platforms }: ExistingTag): readonly Digest[] {
  return [digest, ...platforms];
}

/** The digest of the image that a signature's tag names. */
function subjectOf(tag: string): string | undefined {
  const groups = ATTACHED.exec(tag)?.groups;
  return groups === undefined ? undefined : `${groups.algorithm ?? ''}:${groups.hex ?? ''}`;
}
