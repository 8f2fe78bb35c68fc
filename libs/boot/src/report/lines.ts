import { formatDuration, statusLabel, statusOf, visible, type CheckStatus } from '@immutablue/diagnostics';
import { type BootReport, type BootResult } from './report';

/** A result as a line of text. */
export function lineOf(result: BootResult): string {
  const { boot, title, detail, milliseconds, findings } = result;
  const reasons = findings.flatMap(({ verdict }) =>
    verdict.kind === 'allowed' ? [`: ${verdict.allowed.reason}`] : [],
  );
  const time = milliseconds === undefined ? '' : ` (${formatDuration(milliseconds)})`;
  const end = detail === undefined ? time : ` ${detail}`;
  return visible(`${statusLabel(result)} boot ${boot}: ${title}${reasons.join('')}${end}`);
}

/** The last line of a run. */
export function summaryOf({ reference, items }: BootReport): string {
  const number = (status: CheckStatus) => items.filter((item) => statusOf(item) === status).length;
  const allowed = number('allowed');
  return `${visible(reference)}: ${number('ok')} passed, ${number('failed')} failed${allowed === 0 ? '' : `, ${allowed} allowed`}`;
}
