import { NOTHING } from '../reads';
import type { StepKind } from './kind';

/** Commits the image and gives it its name. */
export interface CommitStep {
  readonly kind: 'commit';
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const commit: StepKind<CommitStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: () => 'commit the image',
  reads: () => NOTHING,
  inputs: ({ reference, labels }) => [
    { noun: 'labels and name', name: '', value: JSON.stringify([reference, labels]) },
  ],
  print: ({ labels, reference }) => [
    ...Object.entries(labels).map(([name, value]) => `label ${name}=${value}`),
    { kind: 'commit' },
    { kind: 'tag', reference },
  ],
  run: (_, runtime) => runtime.commit(),
  containerfile: ({ labels }) => ({ kind: 'labels', labels }),
};
