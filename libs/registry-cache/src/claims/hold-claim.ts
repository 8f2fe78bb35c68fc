import { setTimeout as sleep } from 'node:timers/promises';
import { DiagnosticError, type DiagnosticCode } from '@immutablue/diagnostics';
import { deleteManifest, findManifest, putManifest, type Repository } from '@immutablue/registry';
import type { Claim } from '@immutablue/stage-runner';
import type { Guard } from '../guard';
import { ENDED_CLAIM, readClaim, writeClaim, type Beat, type ClaimId } from './claim';

/** The claim of a task. */
export interface OwnClaim {
  readonly repository: Repository;
  readonly guard: Guard;
  readonly id: ClaimId;
  readonly tag: string;
  readonly renewMs: number;
  readonly signal: AbortSignal;
}

/** So long the end of a build waits for the registry, also after Ctrl-C: then the claim is left to stand still. */
const END_MS = 3000;

/** Renews a claim, which is about to be put, until it is ended. */
export function holdClaim({ repository, guard, id, tag, renewMs, signal }: OwnClaim): Claim {
  const what = 'the claim of what is built';
  const ended = new AbortController();
  const givenUp = new AbortController();
  const used = new Set<Beat>(['0']);

  const renew = async () => {
    for (let beat: Beat = '1'; ; beat = beat === '0' ? '1' : '0') {
      await sleep(renewMs, undefined, { signal: ended.signal });
      used.add(beat);
      // What was sent is not stopped in the end: the registry might store it when the claim has been removed.
      const put = () => putManifest(repository, writeClaim(id, beat), tag, givenUp.signal);
      if ((await guard('claimed', what, put)) === undefined) return;
    }
  };
  const renewed = renew().catch((error: unknown) => {
    if (!ended.signal.aborted && !signal.aborted) throw error;
  });

  return {
    end: async () => {
      ended.abort();
      const timer = setTimeout(() => {
        givenUp.abort();
      }, END_MS);
      try {
        await renewed;
        await guard('claimed', what, () => removeClaim(repository, { id, tag, used }, givenUp.signal));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const NOT_REMOVED: readonly DiagnosticCode[] = ['registry/refused', 'registry/unauthorized'];

/** Removes what a task has put, and nothing that another one has put since. */
async function removeClaim(
  repository: Repository,
  { id, tag, used }: Pick<OwnClaim, 'id' | 'tag'> & { readonly used: ReadonlySet<Beat> },
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const beat of used) await deleteManifest(repository, writeClaim(id, beat).digest, signal);
  } catch (error) {
    // Not every registry removes what is asked for, or for everybody who may write.
    if (!(error instanceof DiagnosticError) || !NOT_REMOVED.includes(error.diagnostics[0].code)) throw error;
    const current = await findManifest(repository, tag, signal);
    if (current === undefined || readClaim(current.bytes) !== id) return;
    await putManifest(repository, ENDED_CLAIM, tag, signal);
  }
}
