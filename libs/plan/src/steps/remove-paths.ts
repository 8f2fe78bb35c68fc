import { count, shellCommand, throwIfAny } from '@immutablue/diagnostics';
import type { Entry } from '@immutablue/variant';
import { vitalRemoval } from '../check-places';
import { lines, withoutSlashes } from '../containerfile/action';
import { entryInputs } from '../inputs';
import { ancestorsOf, type Reads } from '../reads';
import type { StepKind } from './kind';
import type { StepRuntime } from './runtime';

/** Removes paths, whatever is below them too. */
export interface RemovePathsStep {
  readonly kind: 'remove-paths';
  readonly paths: readonly Entry<string>[];
  /** What is said of a path that is not there; the checkpoint before may have removed it. */
  readonly absent: 'note' | 'accept';
}

export const removePaths: StepKind<RemovePathsStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ paths }) => `remove ${count(paths.length, 'path')}`,
  reads: ({ paths }) => readsOfRemoval(paths),
  inputs: ({ paths }) => entryInputs('removed path', paths),
  print: ({ paths }, shown) => paths.map(({ value, location }) => `${value}  ${shown.place(location)}`),
  run: (step, runtime) => remove(step.paths, step.absent, runtime),
  containerfile: ({ paths }) =>
    lines([shellCommand(['remove_paths', ...paths.map(({ value }) => withoutSlashes(value))])]),
};

/** The paths with all below them, and the way there. */
export function readsOfRemoval(paths: readonly Entry<string>[]): Reads {
  return { trees: paths.map(({ value }) => value), paths: paths.flatMap(({ value }) => ancestorsOf(value)) };
}

/** Removes each path, and notes those that are not there where that is wanted. */
export async function remove(
  paths: readonly Entry<string>[],
  absent: RemovePathsStep['absent'],
  { root, notice }: Pick<StepRuntime, 'root' | 'notice'>,
): Promise<void> {
  for (const { value, location } of paths) {
    throwIfAny(vitalRemoval(value, (await root.resolve(value, 'keep')).path, location));
    const { outcome } = await root.remove(value);
    if (outcome === 'absent' && absent === 'note') notice(`${value} is to be removed and was not there`);
  }
}
