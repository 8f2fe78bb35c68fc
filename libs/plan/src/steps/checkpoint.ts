import type { Entry } from '@immutablue/variant';
import { withoutSlashes } from '../containerfile/action';
import { entryInputs } from '../inputs';
import { cleanUp, type Cleaned } from './clean';
import type { StepKind } from './kind';
import { readsOfRemoval, remove } from './remove-paths';

/**
 * Keeps what the sub-stages so far have left, as an image that later builds go on from; the rest of this build does, too. First
 * it removes what the image will not have: what a layer holds stays in it, whatever later layers remove.
 */
export interface CheckpointStep {
  readonly kind: 'checkpoint';
  /** Of what: `what the package stages left`. */
  readonly of: string;
  readonly paths: readonly Entry<string>[];
  readonly clean: Cleaned;
}

export const checkpoint: StepKind<CheckpointStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: (step) => `keep ${step.of} as a checkpoint`,
  reads: ({ paths }) => readsOfRemoval(paths),
  inputs: ({ paths }) => entryInputs('removed path', paths, 'checkpoint'),
  print: ({ paths }, shown) => [
    ...paths.map(({ value, location }) => `without ${value}  ${shown.place(location)}`),
    { kind: 'commit' },
    { kind: 'continue' },
  ],
  run: async (step, runtime) => {
    await remove(step.paths, 'note', runtime);
    await cleanUp(step.clean, runtime);
    await runtime.commit();
  },
  // Where a build resumes is the builder's own affair; what is removed there is not.
  containerfile: ({ paths, clean }) => ({
    kind: 'clean',
    clean: { ...clean, paths: paths.map(({ value }) => withoutSlashes(value)) },
  }),
};
