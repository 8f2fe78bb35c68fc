import { relative } from 'node:path';
import type { Origin } from '@immutablue/plan';
import { formatDuration, visible } from '@immutablue/diagnostics';
import { isOwnReason, originOf, type DepBuilderExplanation, type Reason, type StageExplanation } from './model';
import { depBuilderReasonText, reasonText } from './words';

/** A reason as one line: `override /etc/motd changed  packages/cyan/artifacts/overrides/etc/motd (cyan)`. */
export function renderReason(reason: Reason, root: string): string {
  const origin = originOf(reason);
  const text = reasonText(reason);
  return visible(origin === undefined ? text : `${text}  ${renderOrigin(origin, root)}`);
}

function renderOrigin({ file, line, column, variant }: Origin, root: string): string {
  const name = file.startsWith(`${root}/`) ? relative(root, file) : file;
  const place = [name, line, column].filter((part) => part !== undefined).join(':');
  return variant === undefined ? place : `${place} (${variant})`;
}

/** Sub-stages that follow each other with the same outcome, for the same reasons, are one line. */
function groupStages(stages: readonly StageExplanation[]): [StageExplanation, ...StageExplanation[]][] {
  const groups: [StageExplanation, ...StageExplanation[]][] = [];
  for (const stage of stages) {
    const group = groups.at(-1);
    if (group !== undefined && sameReasons(group[0], stage)) group.push(stage);
    else groups.push([stage]);
  }
  return groups;
}

function sameReasons(left: StageExplanation, right: StageExplanation): boolean {
  return left.outcome === right.outcome && JSON.stringify(left.reasons) === JSON.stringify(right.reasons);
}

/** How many reasons a line of a build's output names; `explain` names all. */
const SHOWN = 3;

/** What a build says of its sub-stages before it begins: those that are used again, and what makes the others run. */
export function summarizeStages(stages: readonly StageExplanation[], root: string): string[] {
  const said = new Set<string>();
  return groupStages(stages).flatMap((group) => {
    const [{ outcome, reasons }] = group;
    if (outcome === 'runs' && !reasons.some(isOwnReason)) return [];
    const shown = reasons.slice(0, SHOWN).map((reason) => renderReason(reason, root));
    const more = reasons.length > SHOWN ? ` and ${reasons.length - SHOWN} more` : '';
    const text = `${outcome === 'runs' ? 'runs: ' : ''}${shown.join('; ')}${more}`;
    if (said.has(text)) return [];
    said.add(text);
    return [`[${namesOf(group)}] ${text}`];
  });
}

function namesOf(group: readonly StageExplanation[]): string {
  const [first, last] = [group[0]?.stage ?? '', group.at(-1)?.stage ?? ''];
  return first === last ? first : `${first} to ${last}`;
}

/** What becomes of a dep-builder, as one line. */
export function renderDepBuilder({ variant, outcome, reason }: DepBuilderExplanation): string {
  const text = depBuilderReasonText(reason);
  return `dep-builder of ${variant}: ${outcome === 'runs' ? `runs: ${text}` : text}`;
}

/** The whole explanation as a table for people, below the lines of its title. */
export function renderExplanation(title: readonly string[], stages: readonly StageExplanation[], root: string): string {
  const width = Math.max(...stages.map(({ stage }) => stage.length));
  return [
    ...title,
    ...stages.flatMap((stage) => {
      const time = stage.lastMilliseconds === undefined ? '-' : formatDuration(stage.lastMilliseconds);
      const lead = `  ${stage.stage.padEnd(width)}  ${stage.outcome.padEnd(6)}  ${time.padStart(8)}  `;
      return stage.reasons.map(
        (reason, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${renderReason(reason, root)}`,
      );
    }),
    `  ${summaryTime(stages)}`,
  ]
    .map((line) => visible(line))
    .join('\n');
}

function summaryTime(stages: readonly StageExplanation[]): string {
  const running = stages.filter(({ outcome }) => outcome === 'runs');
  if (running.length === 0) return 'nothing runs';
  const known = running.flatMap(({ lastMilliseconds }) => lastMilliseconds ?? []);
  const names = `${running.length} of ${stages.length} sub-stages run`;
  if (known.length === 0) return `${names}; how long they take is not known yet`;
  const total = known.reduce((sum, one) => sum + one, 0);
  return `${names}, in about ${formatDuration(total)}${known.length < running.length ? ' and what is not known yet' : ''}`;
}
