import type { Diagnostic, SourceLocation } from '../diagnostic';

/** One thing that a check found. A diagnostic is one, too. */
export interface Finding extends Omit<Diagnostic, 'code'> {
  readonly code?: Diagnostic['code'];
  /** Where it is in the image; findings about the image as a whole have none. */
  readonly path?: string;
}

/** Whose an image is that another one stands on. */
export type Owner =
  | { readonly kind: 'variant'; readonly name: string }
  /** `name` is the reference. */
  | { readonly kind: 'upstream'; readonly name: string };

/** What says that a finding is right as it is, and why. */
export interface Allowance {
  readonly reason: string;
  readonly location?: SourceLocation;
}

/** What a finding means for the image that was checked. */
export type Verdict =
  | { readonly kind: 'fault' }
  | { readonly kind: 'allowed'; readonly allowed: Allowance }
  /** An image that this one stands on has it in the same state. */
  | { readonly kind: 'inherited'; readonly owner: Owner }
  /** A later step of the build made it so on purpose. */
  | { readonly kind: 'explained'; readonly explanation: string };

export interface JudgedFinding<Found extends Finding = Finding> {
  readonly finding: Found;
  readonly verdict: Verdict;
}

/** What became of one check. */
export interface CheckResult<Found extends Finding = Finding> {
  /** Short and stable, for checks that users name. */
  readonly name?: string;
  /** What is checked, or holds when the check passes; the same at every run. */
  readonly title: string;
  readonly findings: readonly JudgedFinding<Found>[];
  /** Why it could not be done; then nothing is known of what it looks at. */
  readonly obstacles: readonly Diagnostic[];
  /** What the image does not have, so that there was nothing to check. */
  readonly absent?: string;
  readonly milliseconds?: number;
}

export type CheckStatus = 'ok' | 'allowed' | 'absent' | 'failed';

/** A check that could not be done has failed: it must not look like one that passed. */
export function statusOf({ findings, obstacles, absent }: CheckResult): CheckStatus {
  if (obstacles.length > 0 || findings.some(({ verdict }) => verdict.kind === 'fault')) return 'failed';
  if (findings.some(({ verdict }) => verdict.kind === 'allowed')) return 'allowed';
  return absent === undefined ? 'ok' : 'absent';
}

const LABELS: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok     ',
  allowed: 'allowed',
  absent: '-      ',
  failed: 'FAILED ',
};

/** The status of a check as its line begins with it. */
export function statusLabel(result: CheckResult): string {
  return LABELS[statusOf(result)];
}

/** The findings that make checks fail. */
export function faultsOf<Found extends Finding>(results: readonly CheckResult<Found>[]): readonly Found[] {
  return results.flatMap(({ findings }) =>
    findings.filter(({ verdict }) => verdict.kind === 'fault').map(({ finding }) => finding),
  );
}
