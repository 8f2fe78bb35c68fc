import { type Diagnostic } from '@immutablue/diagnostics';

/** What a line of the report is about. */
export type Subject = 'system' | 'unit' | 'scripts' | 'check';

/** What was found: `allowed` is a failure that boot-checks.yaml allows, `absent` is what the image does not have. */
export type Finding =
  | { readonly outcome: 'passed' | 'absent' }
  | { readonly outcome: 'allowed'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly fault: Diagnostic };

/** One line of the report on a boot. */
export interface ReportItem {
  /** Counted from 1. */
  readonly boot: number;
  readonly subject: Subject;
  /** The same at every run. */
  readonly title: string;
  /** What differs from run to run. */
  readonly detail?: string;
  readonly milliseconds?: number;
  readonly finding: Finding;
}

/** What is reported on a whole run. */
export interface BootReport {
  readonly reference: string;
  /** How it was booted, as {@link Machine.title} says it. */
  readonly machine: string;
  readonly items: readonly ReportItem[];
}

/** All that failed, in the order of the report. */
export function faultsOf(items: readonly ReportItem[]): readonly Diagnostic[] {
  return items.flatMap(({ finding }) => (finding.outcome === 'failed' ? [finding.fault] : []));
}
