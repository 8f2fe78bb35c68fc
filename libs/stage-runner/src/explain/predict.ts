import type { Parts } from '@immutablue/plan';
import { changedInputs } from '../cache/changed-inputs';
import type { Change } from '../cache/difference';
import type { BuildLookup } from '../cache/lookup';
import type { LastBuild } from '../ledger/entry';
import { ownReasons } from './explain';
import type { Prediction, StageExplanation } from './model';

export interface PredictInput {
  readonly variant: string;
  readonly stages: readonly StageExplanation[];
  readonly parts: Parts;
  readonly lookup: BuildLookup;
  readonly last: LastBuild | undefined;
  /** The same for the parent. */
  readonly below: Prediction;
}

/**
 * Predicts where an image will differ from what is there. Files that are copied tell where they go; what packages, scripts
 * and services do is known only when they have run. Pure.
 */
export function predictChanges({ variant, stages, parts, lookup, last, below }: PredictInput): Prediction {
  if (lookup.rest.kind !== 'miss') return below;
  const reasons = ownReasons(stages);
  const unknown: Prediction = { kind: 'unknown', variant, reasons };
  if (last === undefined || below.kind === 'unknown') return unknown;
  if (lookup.rest.miss.kind !== 'new' || lookup.checkpoint.kind === 'miss') return unknown;
  const names = new Set(parts.rest.stages.map(({ name }) => name));
  const before = last.inputs.filter(({ stage }) => names.has(stage));
  const changed = changedInputs(before, parts.rest.inputs);
  const changes = changed.flatMap(({ input }): Change[] =>
    input.writes === undefined ? [] : [{ path: input.writes, extent: 'path' }],
  );
  if (changed.length === 0 || changes.length < changed.length) return unknown;
  return {
    kind: 'known',
    variant,
    reasons,
    changes: [...changes, ...(below.kind === 'known' ? below.changes : [])],
  };
}
