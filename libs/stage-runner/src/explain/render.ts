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

/** How many reasons a build's output names; `explain` names all. */
const SHOWN = 3;

/** Where lines are parted, if they can be. */
const COLUMNS = 80;

/**
 * What a build says of its sub-stages before it begins: those that are used again, and what makes the others run. Where a line would be
 * long, each reason and each place has one of its own.
 */
export function summarizeStages(stages: readonly StageExplanation[], root: string): string[] {
  const said = new Set<string>();
  return groupStages(stages).flatMap((group) => {
    const [{ outcome, reasons }] = group;
    if (outcome === 'runs' && !reasons.some(isOwnReason)) return [];
    const shown = reasons.slice(0, SHOWN);
    const more = reasons.length > SHOWN ? ` and ${reasons.length - SHOWN} more` : '';
    const text = `${shown.map((reason) => renderReason(reason, root)).join('; ')}${more}`;
    if (said.has(text)) return [];
    said.add(text);
    const lead = `[${namesOf(group)}] ${outcome === 'runs' ? 'runs: ' : ''}`;
    if (lead.length + text.length <= COLUMNS) return [`${lead}${text}`];
    const [first = '', ...others] = shown.flatMap((reason) => linesOf(reason, root));
    return [`${lead}${first}`, ...[...others, ...(more === '' ? [] : [more.trim()])].map((line) => `  ${line}`)];
  });
}

/** A reason, and below it its place. */
function linesOf(reason: Reason, root: string): string[] {
  const origin = originOf(reason);
  return [reasonText(reason), ...(origin === undefined ? [] : [renderOrigin(origin, root)])].map((line) =>
    visible(line),
  );
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
      return stage.reasons.flatMap((reason, index) => {
        const start = index === 0 ? lead : ' '.repeat(lead.length);
        const line = `${start}${renderReason(reason, root)}`;
        if (line.length <= COLUMNS) return [line];
        const [text = '', ...places] = linesOf(reason, root);
        return [`${start}${text}`, ...places.map((place) => `      ${place}`)];
      });
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
