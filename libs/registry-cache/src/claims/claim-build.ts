import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '@immutablue/diagnostics';
import type { Digest } from '@immutablue/oci';
import type { BuildKey } from '@immutablue/plan';
import { findDigest, findManifest, putManifest, uploadBlob, type Repository } from '@immutablue/registry';
import type { Claim, ClaimRequest } from '@immutablue/stage-runner';
import type { Guard } from '../guard';
import {
  claimTag,
  EMPTY_BLOB,
  judgeClaim,
  newClaimId,
  readClaim,
  writeClaim,
  type ClaimId,
  type Sighting,
} from './claim';
import { holdClaim } from './hold-claim';

export interface ClaimOptions {
  /** The one that results are written to. */
  readonly repository: Repository;
  readonly guard: Guard;
  readonly signal: AbortSignal;
  readonly times?: ClaimTimes;
}

/** In milliseconds. */
export interface ClaimTimes {
  /** Between putting a claim and looking whether it stands: of several that were put at once the last one has it. */
  readonly settleMs: number;
  readonly renewMs: number;
  /** A claim that stands still for so long counts for nothing. */
  readonly silenceMs: number;
  /** Between two looks at a claim of another task. */
  readonly pollMs: number;
  /** No wait is longer, whatever is claimed. */
  readonly longestMs: number;
}

const TIMES: ClaimTimes = {
  settleMs: 500,
  renewMs: 5000,
  silenceMs: 20_000,
  pollMs: 2000,
  longestMs: 60 * 60 * 1000,
};

/** The claim of a task that builds without one. */
export const NOT_CLAIMED: Claim = { end: () => Promise.resolve() };

/**
 * Claims that this task builds a key; while another one does, waits for what that leaves. A registry has no way to set a tag only if it
 * was not set meanwhile: two tasks may come to build the same, each by itself, which costs time and nothing else.
 *
 * @returns a claim to be ended. None stands behind it when the result has been found, nothing can be claimed, or the wait was too long.
 */
export async function claimBuild(options: ClaimOptions, key: BuildKey, request: ClaimRequest): Promise<Claim> {
  const { repository, guard, signal, times = TIMES } = options;
  const contest: Contest = {
    ...{ repository, signal, times, key, request },
    own: newClaimId(),
    tag: claimTag(key),
    guarded: (work) => guard('claimed', `the claim of ${request.what}`, work),
    until: performance.now() + times.longestMs,
  };
  for (;;) {
    if ((await waitForOthers(contest)) === 'over') return NOT_CLAIMED;
    const claim = holdClaim({ repository, guard, signal, id: contest.own, tag: contest.tag, renewMs: times.renewMs });
    let outcome: Outcome = 'over';
    try {
      outcome = await contend(contest);
    } finally {
      if (outcome !== 'claimed') await claim.end();
    }
    switch (outcome) {
      case 'claimed':
        return claim;
      case 'over':
        return NOT_CLAIMED;
      case 'lost':
    }
  }
}

/** A task among those that may build the same. */
interface Contest extends Pick<ClaimOptions, 'repository' | 'signal'> {
  readonly times: ClaimTimes;
  readonly key: BuildKey;
  readonly request: ClaimRequest;
  readonly own: ClaimId;
  readonly tag: string;
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  /** When it builds by itself, whatever is claimed. */
  readonly until: number;
}

/** What stands under the key, usable or not. */
function findEntry({ repository, key, signal }: Contest): Promise<Digest | undefined> {
  return findDigest(repository, key, signal);
}

/** `lost`: another task has claimed it. `over`: the result has been found, or this task is to build without a claim. */
type Outcome = 'claimed' | 'lost' | 'over';

/** Puts a claim, and looks a little later whether it stands. */
async function contend(contest: Contest): Promise<Outcome> {
  const { repository, signal, times, own, tag, request } = contest;
  const seen = await contest.guarded(async () => {
    await uploadBlob(repository, EMPTY_BLOB, { signal });
    await putManifest(repository, writeClaim(own, '0'), tag, signal);
    await sleep(times.settleMs, undefined, { signal });
    const found = await findManifest(repository, tag, signal);
    const holder = found === undefined ? undefined : readClaim(found.bytes);
    return { holder, entry: holder === own ? await findEntry(contest) : undefined };
  });
  // What a registry does not keep claims nothing.
  if (seen?.holder === undefined) return 'over';
  if (seen.holder !== own) return 'lost';
  // The entry may have come since it was looked for.
  return seen.entry !== undefined && (await request.look()) === 'found' ? 'over' : 'claimed';
}

/** Waits while another task has a claim that it renews. @returns `free` when this one may claim; `over` as in {@link Outcome}. */
async function waitForOthers(contest: Contest): Promise<'free' | 'over'> {
  const { repository, signal, times, tag, guarded } = contest;
  const { what, look, say } = contest.request;
  const since = performance.now();
  const waited = (outcome: string) => {
    say(`waited ${formatDuration(performance.now() - since)} for ${what}: ${outcome}`);
  };
  let before: Sighting | undefined;
  let entry: Digest | undefined;
  for (;;) {
    const seen = await guarded(async () => {
      const found = await findManifest(repository, tag, signal);
      const state = judgeClaim(found, before, performance.now(), times.silenceMs);
      return { state, entry: state.kind === 'held' ? await findEntry(contest) : undefined };
    });
    if (seen === undefined) return 'over';
    const { state } = seen;
    if (state.kind === 'held' && before === undefined) {
      const place = `${repository.connection.host}/${repository.name}`;
      const longest = `${Math.ceil(times.longestMs / 60_000)} min`;
      say(`${what} is being built by another machine, says \`${place}\`: waiting for it, ${longest} at most`);
    } else if (before !== undefined && (state.kind !== 'held' || seen.entry !== entry)) {
      if ((await look()) === 'found') {
        waited('it is there');
        return 'over';
      }
    }
    switch (state.kind) {
      case 'free':
        if (before !== undefined) waited('the other machine has not built it');
        return 'free';
      case 'abandoned':
        waited('the other machine does not go on');
        return 'free';
      case 'held':
        ({ sighting: before } = state);
        ({ entry } = seen);
    }
    if (performance.now() >= contest.until) {
      waited('it is built here, too');
      return 'over';
    }
    // Many that wait do not come at the same moment.
    const pause = times.pollMs * (0.75 + Math.random() / 2);
    if ((await guarded(() => sleep(pause, 'over', { signal }))) === undefined) return 'over';
  }
}
