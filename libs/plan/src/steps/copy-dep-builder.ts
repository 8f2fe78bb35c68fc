import { NOTHING } from '../reads';
import type { StepKind } from './kind';

/** Copies the root filesystem of what a dep-builder made into the root filesystem. */
export interface CopyDepBuilderStep {
  readonly kind: 'copy-dep-builder';
  /** The variant whose dep-builder it is. */
  readonly variant: string;
}

export const copyDepBuilder: StepKind<CopyDepBuilderStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ variant }) => `copy what the dep-builder of ${variant} made`,
  // What it writes is known only when it runs; what it has written says where it was.
  reads: () => NOTHING,
  // What it copies is known by the image, which the key of the part has.
  inputs: ({ variant }) => [{ noun: 'dep-builder of', name: variant, value: '' }],
  print: () => [{ kind: 'copy-image' }],
  run: ({ variant }, runtime) => runtime.copyDepBuilder(variant),
  containerfile: ({ variant }) => ({ kind: 'copy-dep-builder', variant }),
};
