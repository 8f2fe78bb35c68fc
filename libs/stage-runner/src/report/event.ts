import type { BuildPlan } from '@immutablue/plan';
import type { ImagePlace } from '../cache/deferred';
import type { StageExplanation } from '../explain/model';
import type { ImageRecord } from '../ledger/task-records';

/** How long one sub-stage took. */
export interface StageTiming {
  readonly stage: string;
  readonly milliseconds: number;
}

/** Everything that a running build says. Reporters get nothing else, and a build asks them nothing. */
export type BuildEvent =
  | { readonly kind: 'build-started'; readonly plan: BuildPlan; readonly at: number }
  /** An image with the same key is there already: nothing runs. */
  | {
      readonly kind: 'image-reused';
      readonly record: ImageRecord;
      readonly reason: string;
      readonly place: ImagePlace;
    }
  /** What runs, what does not, and why: said before anything does. */
  | { readonly kind: 'explained'; readonly stages: readonly StageExplanation[]; readonly summary: readonly string[] }
  | { readonly kind: 'waiting'; readonly message: string }
  | { readonly kind: 'stage-started'; readonly stage: string; readonly steps: number }
  | { readonly kind: 'step-started'; readonly stage: string; readonly purpose: string; readonly command?: string }
  /** A line that a command printed. */
  | { readonly kind: 'output'; readonly stage: string; readonly line: string }
  /** Something that a person should know and that is no fault. */
  | { readonly kind: 'notice'; readonly stage: string; readonly message: string }
  /** Something that went wrong and did not stop the build. */
  | { readonly kind: 'warning'; readonly stage: string; readonly message: string }
  | { readonly kind: 'stage-finished'; readonly stage: string; readonly steps: number; readonly milliseconds: number }
  | {
      readonly kind: 'stage-failed';
      readonly stage: string;
      readonly cause: 'fault' | 'interruption';
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'build-finished';
      readonly record: ImageRecord;
      readonly milliseconds: number;
      readonly timings: readonly StageTiming[];
    }
  | {
      readonly kind: 'dep-builder-finished';
      readonly variant: string;
      readonly imageId: string;
      readonly milliseconds: number;
    }
  /** What it has made from the same is there already. */
  | {
      readonly kind: 'dep-builder-reused';
      readonly variant: string;
      readonly imageId: string;
      readonly reason: string;
      readonly place: ImagePlace;
    }
  | { readonly kind: 'build-failed'; readonly variant: string; readonly milliseconds: number };

/** Takes events as they happen. */
export interface Reporter {
  readonly report: (event: BuildEvent) => void;
  /** Called once, after the last event; resolves when everything is on the screen. */
  readonly close: () => Promise<void>;
}

/** What a script says to the person who builds, not only to the log. docs/sub-stages.md */
const NOTICE = /^notice: (?<message>.*)$/;

/** The event of a line that a script of a variant, or one of its dep-builders, has printed. */
export function scriptOutput(stage: string, line: string): BuildEvent {
  const message = NOTICE.exec(line)?.groups?.['message'];
  return message === undefined ? { kind: 'output', stage, line } : { kind: 'notice', stage, message };
}

/** What those wait for who would use images while some are removed. */
export const IMAGES_REMOVED = 'old images are being removed';

/** What those wait for who have fetched metadata of repositories. */
export const METADATA_WRITTEN = 'metadata of repositories are being written';

/** Says that another process has the lock that a build needs. @param what what that process does. */
export function waitFor(emit: (event: BuildEvent) => void, what: string): (holder: string) => void {
  return (holder) => {
    emit({ kind: 'waiting', message: `${what} by ${holder}: waiting for it` });
  };
}
