import { setInterval } from 'node:timers/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
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

/** Renews a claim that was put, until it is ended. */
export function holdClaim({ repository, guard, id, tag, renewMs, signal }: OwnClaim): Claim {
  const what = 'the claim of what is built';
  const ended = new AbortController();
  const stopped = AbortSignal.any([ended.signal, signal]);
  const used = new Set<Beat>(['0']);

  const renew = async () => {
    let beat: Beat = '0';
    for await (const _ of setInterval(renewMs, undefined, { signal: stopped })) {
      beat = beat === '0' ? '1' : '0';
      used.add(beat);
      const manifest = writeClaim(id, beat);
      if ((await guard('claimed', what, () => putManifest(repository, manifest, tag, stopped))) === undefined) return;
    }
  };
  const renewed = renew().catch((error: unknown) => {
    if (!stopped.aborted) throw error;
  });

  return {
    end: async () => {
      ended.abort();
      await renewed;
      await guard('claimed', what, () => removeClaim(repository, { id, tag, used }, AbortSignal.timeout(END_MS)));
    },
  };
}

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
    if (!(error instanceof DiagnosticError) || error.diagnostics[0].code !== 'registry/refused') throw error;
    const current = await findManifest(repository, tag, signal);
    if (current === undefined || readClaim(current.bytes) !== id) return;
    await putManifest(repository, ENDED_CLAIM, tag, signal);
  }
}
