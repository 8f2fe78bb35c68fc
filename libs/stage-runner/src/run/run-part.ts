import type { ImageId } from '@immutablue/oci';
import { prefixEndingBefore, type KeyedPrefix, type Part, type StagePlan } from '@immutablue/plan';
import { changedInputs } from '../cache/changed-inputs';
import type { PrefixHit } from '../cache/lookup';
import type { LastBuild } from '../ledger/entry';

/** A part of a build that has to run. */
export interface PartRun {
  readonly part: Part;
  readonly prefixes: readonly KeyedPrefix[];
  /** What it stands on. */
  readonly from: ImageId;
  /** A prefix that is cached, of this part or of another. */
  readonly hit: PrefixHit | undefined;
  /** The sub-stage before which a prefix is to be kept, if it is one of this part. */
  readonly keepBefore: string | undefined;
  readonly rebasePrefix: (hit: PrefixHit) => Promise<ImageId>;
  /** Runs sub-stages, the last of which commits. */
  readonly execute: (from: ImageId, stages: readonly StagePlan[]) => Promise<ImageId>;
  readonly recordPrefix: (prefix: KeyedPrefix, image: ImageId) => Promise<void>;
}

/** What a part of a build has left. `in-parts`: it may have layers that a build in one go would have as one. */
export interface PartResult {
  readonly image: ImageId;
  readonly layers: 'in-one' | 'in-parts';
}

/** Runs a part of a build: from its start, or from a cached prefix. */
export async function runPart(run: PartRun): Promise<PartResult> {
  const { part, keepBefore } = run;
  let { from } = run;
  let { stages } = part;
  if (run.hit?.prefix.part.kind === part.kind) {
    from = await run.rebasePrefix(run.hit);
    stages = stages.slice(run.hit.prefix.part.stages.length);
  }
  const kept = run.prefixes.find((prefix) => prefix.part.kind === part.kind && prefix.next === keepBefore);
  const isAhead = stages.slice(1).some(({ name }) => name === keepBefore);
  if (kept !== undefined && isAhead) {
    from = await run.execute(from, prefixEndingBefore(stages, kept.next));
    await run.recordPrefix(kept, from);
    stages = part.stages.slice(kept.part.stages.length);
  }
  return { image: await run.execute(from, stages), layers: from === run.from ? 'in-one' : 'in-parts' };
}

/**
 * The sub-stage that is most likely to fail, before which a prefix is worth keeping: the one that has failed in the last
 * build, or the first with a script that was edited since a build succeeded. Pure.
 */
export function stageToCheckpointBefore(
  parts: readonly Part[],
  failed: string | undefined,
  last: LastBuild | undefined,
): string | undefined {
  if (failed !== undefined || last === undefined) return failed;
  const changed = changedInputs(
    last.inputs,
    parts.flatMap(({ inputs }) => inputs),
  );
  const changedStages = new Set(changed.map(({ input }) => input.stage));
  return parts
    .flatMap(({ stages }) => stages)
    .find(({ name, steps }) => changedStages.has(name) && steps.some((step) => step.kind === 'script'))?.name;
}
