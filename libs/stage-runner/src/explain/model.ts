import type { Input, Origin } from '@immutablue/plan';
import type { Change } from '../cache/difference';
import type { CacheHit } from '../cache/cache-lookup';

/** Why a sub-stage runs, or need not. Data; `words.ts` says it in words. */
export type Reason =
  /** Cached: nothing that it is made from has changed. Where the part resumes later, at `resumesAt`. */
  | { readonly kind: 'cached'; readonly resumesAt?: string; readonly source?: CacheHit['source'] }
  /** Nothing that it reads of the parent has changed: its layers are put on the new one. */
  | { readonly kind: 'rebased'; readonly parent: string; readonly source?: CacheHit['source'] }
  /** Something that it is made from is another one than in the last build. */
  | { readonly kind: 'input'; readonly change: 'added' | 'changed' | 'removed'; readonly input: Input }
  | { readonly kind: 'code' }
  | { readonly kind: 'repositories' }
  /** What a dep-builder made is another image. */
  | { readonly kind: 'dep-builder'; readonly variant: string; readonly origin: Origin }
  | { readonly kind: 'clean' }
  /** No lock fixes what open repositories offer. */
  | { readonly kind: 'open-repositories' }
  /** It was built, and the image is not in the store any more. */
  | { readonly kind: 'gone' }
  /** The parent was made at another time, and files that builds write have that time. */
  | { readonly kind: 'parent-created'; readonly parent: string }
  /** The parent has changed at a path that it reads, or has changed itself. */
  | {
      readonly kind: 'conflict';
      readonly path: string;
      readonly use: 'read' | 'written';
      readonly parent: string;
      readonly origin?: Origin;
    }
  /** The parent is about to be another image, and where it will differ is not known before it is built. */
  | { readonly kind: 'parent-rebuilds'; readonly parent: string; readonly because?: Reason }
  | { readonly kind: 'never-built' }
  /** The first sub-stages of its part are cached. */
  | { readonly kind: 'resumes' }
  /** The checkpoint before it is cached. */
  | { readonly kind: 'after-checkpoint' }
  /** No difference from the last build is known, and no result. */
  | { readonly kind: 'no-result' }
  /** It is kept together with a sub-stage that runs. */
  | { readonly kind: 'shares-part'; readonly part: 'checkpoint' | 'rest'; readonly stage: string }
  /** It works on what a sub-stage that runs leaves. */
  | { readonly kind: 'follows'; readonly stage: string }
  | { readonly kind: 'same' };

/** What becomes of a sub-stage, and why. */
export interface StageExplanation {
  readonly stage: string;
  readonly outcome: 'reused' | 'runs';
  readonly reasons: readonly [Reason, ...Reason[]];
  /** How long it took when it last ran: the estimate for one that runs. */
  readonly lastMilliseconds?: number;
}

/** What an image that is not built yet would be, compared with the one that is there. */
export type Prediction =
  | { readonly kind: 'same' }
  /** It would differ at these paths alone. */
  | {
      readonly kind: 'known';
      readonly variant: string;
      readonly changes: readonly Change[];
      readonly reasons: readonly Reason[];
    }
  /** Commands would run whose results are known only afterwards. */
  | { readonly kind: 'unknown'; readonly variant: string; readonly reasons: readonly Reason[] };

/** What a build would do with a dep-builder. */
export interface DepBuilderExplanation {
  readonly variant: string;
  readonly outcome: 'reused' | 'runs';
  readonly reason: DepBuilderReason;
}

export type DepBuilderReason =
  | { readonly kind: 'cached'; readonly source?: CacheHit['source'] }
  | { readonly kind: 'never-built' }
  /** No lock is about what it installs. */
  | { readonly kind: 'open-repositories' }
  /** One of its inputs, or of the paths that it reads in the image that it runs in, is another one. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'parent-rebuilds'; readonly parent: string; readonly because?: Reason };

/** What a build would do with one image. */
export interface ImageExplanation {
  readonly variant: string;
  readonly reference: string;
  readonly depBuilders: readonly DepBuilderExplanation[];
  readonly stages: readonly StageExplanation[];
}

/** Where a reason comes from, for those that come from a place. */
export function originOf(reason: Reason): Origin | undefined {
  switch (reason.kind) {
    case 'input':
      return reason.input.origin;
    case 'dep-builder':
    case 'conflict':
      return reason.origin;
    case 'parent-rebuilds':
      return reason.because === undefined ? undefined : originOf(reason.because);
    case 'cached':
    case 'rebased':
    case 'code':
    case 'repositories':
    case 'clean':
    case 'open-repositories':
    case 'gone':
    case 'parent-created':
    case 'never-built':
    case 'resumes':
    case 'after-checkpoint':
    case 'no-result':
    case 'shares-part':
    case 'follows':
    case 'same':
      return undefined;
  }
}

/** Whether a sub-stage has a reason of its own to run, beside those that it runs together with. */
export function isOwnReason({ kind }: Reason): boolean {
  return !(['shares-part', 'follows', 'same', 'resumes', 'after-checkpoint'] as Reason['kind'][]).includes(kind);
}
