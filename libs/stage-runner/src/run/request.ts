import type { BuildPlan } from '@immutablue/plan';
import type { Remote } from '../cache/remote-cache';
import type { BuildEvent } from '../report/event';
import type { OpenSecrets } from '../secrets/open-secrets';

export interface BuildRequest {
  readonly plan: BuildPlan;
  readonly workspaceRoot: string;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  /** Whether an image that was built under the same key may stand for this build. */
  readonly reuse: 'by-key' | 'never';
  /** What becomes of the working container when a step fails. */
  readonly onFailure: 'remove' | 'keep';
  /** The values of the secrets that the build is given. */
  readonly secrets: OpenSecrets;
  /** What other machines have built, and what gets what this one builds. */
  readonly remote?: Remote | undefined;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}
