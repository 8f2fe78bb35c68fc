import { relative } from 'node:path';
import type { Origin } from '@immutablue/plan';
import { seconds } from '../report/plain';
import type { Cause } from '../cache/changed-inputs';
import type { StageExplanation } from './explain';

/** A reason as one line: `override /etc/motd changed  packages/cyan/artifacts/overrides/etc/motd (cyan)`. */
export function renderCause({ text, origin }: Cause, root: string): string {
  return origin === undefined ? text : `${text}  ${renderOrigin(origin, root)}`;
}

function renderOrigin({ file, line, column, variant }: Origin, root: string): string {
  const name = file.startsWith(`${root}/`) ? relative(root, file) : file;
  const place = [name, line, column].filter((part) => part !== undefined).join(':');
  return variant === undefined ? place : `${place} (${variant})`;
}

/** Sub-stages that follow each other with the same outcome, for reasons that are not their own, are one line. */
export function groupStages(stages: readonly StageExplanation[]): StageExplanation[][] {
  const groups: StageExplanation[][] = [];
  for (const stage of stages) {
    const group = groups.at(-1);
    const [before] = group ?? [];
    if (before !== undefined && sameReasons(before, stage)) group?.push(stage);
    else groups.push([stage]);
  }
  return groups;
}

function sameReasons(left: StageExplanation, right: StageExplanation): boolean {
  return (
    left.outcome === right.outcome &&
    JSON.stringify(left.reasons.map(({ text }) => text)) === JSON.stringify(right.reasons.map(({ text }) => text))
  );
}

/** How many reasons a line of a build's output names; `explain` names all. */
const SHOWN = 3;

/** What a build says of its sub-stages before it begins: those that are used again, and what makes the others run. */
export function summarizeStages(stages: readonly StageExplanation[], root: string): string[] {
  const said = new Set<string>();
  return groupStages(stages).flatMap((group) => {
    const [first] = group;
    if (first === undefined || (first.outcome === 'runs' && isFollowing(first.reasons))) return [];
    const shown = first.reasons.slice(0, SHOWN).map((cause) => renderCause(cause, root));
    const more = first.reasons.length > SHOWN ? ` and ${first.reasons.length - SHOWN} more` : '';
    const text = `${first.outcome}: ${shown.join('; ')}${more}`;
    if (said.has(text)) return [];
    said.add(text);
    return [`[${namesOf(group)}] ${text}`];
  });
}

function isFollowing(reasons: readonly Cause[]): boolean {
  return reasons.every(({ text }) => /^(it comes |it is kept only|for the same reason)/.test(text));
}

function namesOf(group: readonly StageExplanation[]): string {
  const [first, last] = [group[0]?.stage ?? '', group.at(-1)?.stage ?? ''];
  return first === last ? first : `${first} to ${last}`;
}

/** The whole explanation as a table for people. */
export function renderExplanation(title: string, stages: readonly StageExplanation[], root: string): string {
  const width = Math.max(...stages.map(({ stage }) => stage.length));
  return [
    title,
    ...stages.flatMap((stage) => {
      const time = stage.lastMilliseconds === undefined ? '-' : seconds(stage.lastMilliseconds);
      const lead = `  ${stage.stage.padEnd(width)}  ${stage.outcome.padEnd(6)}  ${time.padStart(8)}  `;
      return stage.reasons.map(
        (cause, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${renderCause(cause, root)}`,
      );
    }),
    `  ${summaryTime(stages)}`,
  ].join('\n');
}

function summaryTime(stages: readonly StageExplanation[]): string {
  const running = stages.filter(({ outcome }) => outcome === 'runs');
  if (running.length === 0) return 'nothing runs';
  const known = running.flatMap(({ lastMilliseconds }) => lastMilliseconds ?? []);
  const names = `${running.length} of ${stages.length} sub-stages run`;
  if (known.length === 0) return `${names}; how long they take is not known yet`;
  const total = known.reduce((sum, one) => sum + one, 0);
  return `${names}, in about ${seconds(total)}${known.length < running.length ? ' and what is not known yet' : ''}`;
}
