import type { Change } from '../cache/difference';
import type { Parts } from '@immutablue/plan';
import type { BuildLookup } from '../cache/lookup';
import type { LastBuild } from '../ledger/last-build';
import { changedInputs, type Cause } from '../cache/changed-inputs';
import type { StageExplanation } from './explain';

/** What an image that is not built yet would be, compared with the one that is there. */
export type Prediction =
  | { readonly kind: 'same' }
  /** It would differ at these paths alone, for this reason. */
  | {
      readonly kind: 'known';
      readonly changes: readonly Change[];
      readonly reason: string;
      readonly causes: readonly Cause[];
    }
  /** Commands would run whose results nobody knows beforehand. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly causes: readonly Cause[] };

/**
 * Predicts where an image will differ from what is there. Files that are copied tell where they go; what packages, scripts
 * and services do is known only when they have run. Pure.
 */
export function predictChanges(
  variant: string,
  stages: readonly StageExplanation[],
  segments: Parts,
  choice: BuildLookup,
  last: LastBuild | undefined,
  below: Prediction,
): Prediction {
  if (choice.image.kind !== 'none') return below;
  const causes = stages.flatMap(({ outcome, reasons }) => (outcome === 'runs' ? reasons.filter(isOwn) : []));
  const reason = `${variant} is built anew: ${causes[0]?.text ?? 'its parts have changed'}`;
  const unknown: Prediction = { kind: 'unknown', reason, causes };
  if (last === undefined || below.kind === 'unknown') return unknown;
  if (choice.image.obstacle.kind !== 'new' || choice.checkpoint.kind === 'none') return unknown;
  const names = new Set(segments.image.stages.map(({ name }) => name));
  const before = last.inputs.filter(({ stage }) => names.has(stage));
  const changed = [...changedInputs(before, segments.image.inputs).values()].flat();
  const changes = changed.map(({ input }): Change | undefined =>
    input.writes === undefined ? undefined : { path: input.writes, extent: 'path' },
  );
  const known = changes.filter((change) => change !== undefined);
  if (changed.length === 0 || known.length < changed.length) return unknown;
  return { kind: 'known', reason, causes, changes: [...known, ...(below.kind === 'known' ? below.changes : [])] };
}

function isOwn({ origin, text }: Cause): boolean {
  return origin !== undefined || !/^it (comes|is kept|goes on)/.test(text);
}
