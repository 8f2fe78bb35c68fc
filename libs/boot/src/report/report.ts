import { renderJunit, resultToJson, visibleJson, type CheckResult, type Diagnostic } from '@immutablue/diagnostics';

/** What a line of the report is about. */
export type Subject = 'system' | 'unit' | 'scripts' | 'check';

/** What was found of one thing on one boot. */
export interface BootResult extends CheckResult<Diagnostic> {
  /** Counted from 1. */
  readonly boot: number;
  readonly subject: Subject;
  /** What differs from run to run. */
  readonly detail?: string;
}

type Outcome = Pick<BootResult, 'findings' | 'obstacles'>;

export const PASSED: Outcome = { findings: [], obstacles: [] };

export function failedBy(finding: Diagnostic): Outcome {
  return { findings: [{ finding, verdict: { kind: 'fault' } }], obstacles: [] };
}

/** What is reported on a whole run. */
export interface BootReport {
  readonly reference: string;
  /** How it was booted, as {@link Machine.title} says it. */
  readonly machine: string;
  readonly items: readonly BootResult[];
}

/**
 * `dist/boot.json`: every line of the report with its status and what was found.
 *
 * @param root paths below it are written relative to it.
 */
export function bootJson({ reference, machine, items }: BootReport, root: string): string {
  const content = {
    reference,
    machine,
    items: items.map(({ boot, subject, detail, ...result }) => ({
      boot,
      subject,
      ...resultToJson(result, root),
      detail,
    })),
  };
  return `${visibleJson(content)}\n`;
}

/** `dist/boot.junit.xml`: a test suite for each boot. */
export function bootJunit({ reference, items }: BootReport, root: string): string {
  const boots = [...new Set(items.map(({ boot }) => boot))];
  const suites = boots.map((boot) => {
    const name = `${reference} boot ${boot}`;
    return { name, className: name, results: items.filter((item) => item.boot === boot) };
  });
  return renderJunit(reference, suites, root);
}
