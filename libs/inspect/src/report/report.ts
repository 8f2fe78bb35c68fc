import type { Diagnostic } from '@immutablue/diagnostics';
import type { AllowedFinding } from '@immutablue/variant';
import type { Owner } from '../context';
import type { Finding } from '../finding';

/** What a finding means for the image that was inspected. */
export type Verdict =
  | { readonly kind: 'fault' }
  | { readonly kind: 'allowed'; readonly allowed: AllowedFinding }
  /** An image that this one stands on has it in the same state. */
  | { readonly kind: 'inherited'; readonly owner: Owner }
  /** A later step of the build made it so on purpose. */
  | { readonly kind: 'explained'; readonly explanation: string };

export interface JudgedFinding {
  readonly finding: Finding;
  readonly verdict: Verdict;
}

/** What became of one check. */
export interface CheckResult {
  readonly name: string;
  /** What holds when it passes. */
  readonly title: string;
  readonly findings: readonly JudgedFinding[];
  /** Why it could not be done; then nothing is known of what it looks at. */
  readonly obstacles: readonly Diagnostic[];
  readonly milliseconds: number;
}

export interface InspectionReport {
  readonly variant: string;
  readonly reference: string;
  readonly imageId: string;
  readonly checks: readonly CheckResult[];
}

export type CheckStatus = 'ok' | 'allowed' | 'failed';

/** A check that could not be done has failed: it must not look like one that passed. */
export function statusOf({ findings, obstacles }: CheckResult): CheckStatus {
  if (obstacles.length > 0 || findings.some(({ verdict }) => verdict.kind === 'fault')) return 'failed';
  return findings.some(({ verdict }) => verdict.kind === 'allowed') ? 'allowed' : 'ok';
}
