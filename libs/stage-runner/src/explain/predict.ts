import { isDeepStrictEqual } from 'node:util';
import type { Layer } from '@immutablue/oci';
import { ancestorsOf, partsIn, type Input, type Parts } from '@immutablue/plan';
import { findInLayers, indexLayer } from '../cache/layer-stack';
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
  /** What a build would be made of besides: these, too, decide the image. */
  readonly code: string;
  readonly repositories: string;
  readonly depBuilders: Readonly<Record<string, string>>;
  /** The same for the parent. */
  readonly below: Prediction;
  /**
   * What the part that runs starts from: the layers of the parent and of the checkpoint, the lowest first; undefined when nothing says
   * what they hold.
   */
  readonly stack: readonly Layer[] | undefined;
}

/**
 * Predicts where an image will differ from what is there. Files that are copied tell where they go; what packages, scripts
 * and services do is known only when they have run. It may foresee more than will be other, never less. Pure.
 */
export function predictChanges(input: PredictInput): Prediction {
  const { variant, stages, parts, lookup, last, below, stack, code, repositories, depBuilders } = input;
  if (lookup.rest.kind !== 'miss') return below;
  const reasons = ownReasons(stages);
  const unknown: Prediction = { kind: 'unknown', variant, reasons };
  if (last === undefined || stack === undefined || below.kind === 'unknown') return unknown;
  if (lookup.rest.miss.kind !== 'new' || lookup.checkpoint.kind === 'miss') return unknown;
  // What the package stages leave may be an earlier checkpoint's.
  const isOfCheckpoint = ({ stage }: Input) => parts.checkpoint?.stages.some(({ name }) => name === stage) === true;
  if (last.code !== code || last.repositories !== repositories || !isDeepStrictEqual(last.depBuilders, depBuilders))
    return unknown;
  const before = last.inputs;
  const now = partsIn(parts).flatMap(({ inputs }) => inputs);
  const others = [...without(before, now), ...without(now, before)];
  const written = new Set(writesOf(others));
  if (others.length === 0 || others.some((input) => input.writes === undefined || isOfCheckpoint(input)))
    return unknown;
  const indexed = stack.map(indexLayer);
  const typeOf = (path: string) => findInLayers(indexed, path)?.type;
  // What is written by way of a link is somewhere else.
  if ([...written].some((path) => ancestorsOf(path).some((ancestor) => typeOf(ancestor) === 'symlink'))) return unknown;
  const [old, current] = [directoriesOf(before), directoriesOf(now)];
  const directories = [...new Set([...old, ...current])].filter(
    (path) => old.has(path) !== current.has(path) && typeOf(path) !== 'directory',
  );
  return {
    kind: 'known',
    variant,
    reasons,
    changes: [
      ...[...written, ...directories].map((path) => ({ path, extent: 'tree' }) as const),
      ...(below.kind === 'known' ? below.changes : []),
    ],
  };
}

/** The inputs that are not, as they are, among the others. */
function without(inputs: readonly Input[], others: readonly Input[]): readonly Input[] {
  const textOf = ({ stage, noun, name, value }: Input) => JSON.stringify([stage, noun, name, value]);
  const known = new Set(others.map(textOf));
  return inputs.filter((input) => !known.has(textOf(input)));
}

function writesOf(inputs: readonly Input[]): readonly string[] {
  return inputs.flatMap(({ writes }) => writes ?? []);
}

/** The directories that are made on the way to what inputs write. */
function directoriesOf(inputs: readonly Input[]): ReadonlySet<string> {
  return new Set(writesOf(inputs).flatMap(ancestorsOf));
}
