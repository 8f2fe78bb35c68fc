import type { ImageId } from '@immutablue/oci';
import { changedInputs } from '../cache/changed-inputs';
import { type StagePlan, prefixEndingBefore, type Part } from '@immutablue/plan';
import type { PrefixHit } from '../cache/lookup';
import type { KeyedPrefix } from '../cache/keys';
import type { LastBuild } from '../ledger/last-build';

/** A part of a build that has to run. */
export interface PartRun {
  readonly segment: Part;
  readonly beginnings: readonly KeyedPrefix[];
  /** What it stands on. */
  readonly from: ImageId;
  /** A beginning that is there, of this part or of another. */
  readonly begun: PrefixHit | undefined;
  /** The sub-stage whose beginning is to be kept, if it is one of this part. */
  readonly keepBefore: string | undefined;
  readonly rebasePrefix: (begun: PrefixHit) => Promise<ImageId>;
  /** Runs sub-stages, the last of which commits. */
  readonly execute: (from: ImageId, stages: readonly StagePlan[]) => Promise<ImageId>;
  readonly recordPrefix: (beginning: KeyedPrefix, image: ImageId) => Promise<void>;
}

/** What a part of a build has left. `in-parts`: it may have layers that a build at once would have as one. */
export interface PartResult {
  readonly image: ImageId;
  readonly layers: 'at-once' | 'in-parts';
}

/** Runs a part of a build: from its beginning, or from where an earlier build came to. */
export async function runPart(run: PartRun): Promise<PartResult> {
  const { segment, keepBefore } = run;
  const begun = run.begun?.beginning.segment.kind === segment.kind ? run.begun : undefined;
  let from = run.from;
  let stages = segment.stages;
  if (begun !== undefined) {
    from = await run.rebasePrefix(begun);
    stages = stages.slice(begun.beginning.segment.stages.length);
  }
  const kept = run.beginnings.find(
    (beginning) => beginning.segment.kind === segment.kind && beginning.next === keepBefore,
  );
  const isAhead = stages.slice(1).some(({ name }) => name === keepBefore);
  if (kept !== undefined && isAhead) {
    from = await run.execute(from, prefixEndingBefore(stages, kept.next));
    await run.recordPrefix(kept, from);
    stages = segment.stages.slice(kept.segment.stages.length);
  }
  return { image: await run.execute(from, stages), layers: from === run.from ? 'at-once' : 'in-parts' };
}

/**
 * The sub-stage that is most likely to fail, before which it is worth keeping what there is: the one that has failed in the last
 * build, or the first with a script that was edited since a build succeeded. Pure.
 */
export function stageToCheckpointBefore(
  segments: readonly Part[],
  failed: string | undefined,
  last: LastBuild | undefined,
): string | undefined {
  if (failed !== undefined || last === undefined) return failed;
  const changed = changedInputs(
    last.inputs,
    segments.flatMap(({ inputs }) => inputs),
  );
  return segments
    .flatMap(({ stages }) => stages)
    .find(({ name, steps }) => changed.has(name) && steps.some(({ kind }) => kind === 'script'))?.name;
}
