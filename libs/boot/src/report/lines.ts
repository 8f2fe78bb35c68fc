import { formatDuration } from '@immutablue/diagnostics';
import { type BootReport, type Finding, type ReportItem } from './item';

const LABELS: Readonly<Record<Finding['outcome'], string>> = {
  passed: 'ok     ',
  allowed: 'allowed',
  absent: '-      ',
  failed: 'FAILED ',
};

/** An item as a line of text. */
export function lineOf({ boot, title, detail, milliseconds, finding }: ReportItem): string {
  const reason = finding.outcome === 'allowed' ? `: ${finding.reason}` : '';
  const time = milliseconds === undefined ? '' : ` (${formatDuration(milliseconds)})`;
  return `${LABELS[finding.outcome]} boot ${boot}: ${title}${reason}${detail === undefined ? time : ` ${detail}`}`;
}

/** The last line of a run. */
export function summaryOf({ reference, items }: BootReport): string {
  const count = (outcome: Finding['outcome']) => items.filter(({ finding }) => finding.outcome === outcome).length;
  const allowed = count('allowed');
  return `${reference}: ${count('passed')} passed, ${count('failed')} failed${allowed === 0 ? '' : `, ${allowed} allowed`}`;
}
