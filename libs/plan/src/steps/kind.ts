import type { Action } from '../containerfile/action';
import type { StepInput } from '../inputs';
import type { Reads } from '../reads';
import type { StepCommand, StepRuntime } from './runtime';

/**
 * All that there is to know about a kind of step, in one place. Everything but `run` is pure; `run` touches nothing but the
 * runtime that it is given.
 */
export interface StepKind<Step> {
  /** What the step is for, in a few words; shown while it runs. */
  readonly purpose: (step: Step) => string;
  /** What it reads of the root filesystem that it finds, besides the programs that it runs. */
  readonly reads: (step: Step) => Reads;
  /** Everything that decides what it does: its part of the build key. Places in files are not among it. */
  readonly inputs: (step: Step) => readonly StepInput[];
  /**
   * What a printed plan says below the purpose.
   *
   * @param shown a path as people are shown it.
   */
  readonly print: (step: Step, shown: Shown) => readonly PrintedLine[];
  readonly run: (step: Step, runtime: StepRuntime) => Promise<void>;
  /** What it becomes in a Containerfile; `number` tells its files from those of the other steps of the sub-stage. */
  readonly containerfile: (step: Step, number: number) => Action;
  /** `long`: package managers and scripts. What they leave is worth keeping when a later sub-stage fails. */
  readonly duration: 'short' | 'long';
  /** `asked`: what repositories offer when it runs, of RPMs or of anything else, is part of what decides the result. */
  readonly repositories: 'asked' | 'not-asked';
}

/** How people are shown paths and places. */
export interface Shown {
  readonly path: (absolute: string) => string;
  readonly place: (location: { readonly file: string; readonly line: number; readonly column: number }) => string;
}

/** A line of a printed plan: text, or a command whose arguments are known when it runs. */
export type PrintedLine =
  | string
  | { readonly kind: 'command'; readonly command: StepCommand }
  | { readonly kind: 'copy-image' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'tag'; readonly reference: string };
