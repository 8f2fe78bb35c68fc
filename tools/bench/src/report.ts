import { CONTENDERS, secondsOf, type ScenarioResult } from './result';
import type { Verdict } from './targets';

/** Where the numbers are from. */
export interface Origin {
  readonly machine: string;
  readonly command: string;
  readonly date: string;
  readonly repetitions: number;
}

/** Fewer repetitions than this are said to be too few. */
export const REPETITIONS = 5;

const HEADING = ['scenario', 'ours', '(a)', '(b)', 'ours / (a)', 'ours / (b)', 'written: ours', '(a)', '(b)', 'floor'];

/** The results as Markdown: where they are from, the table, and what was to be reached. */
export function renderReport(results: readonly ScenarioResult[], verdicts: readonly Verdict[], origin: Origin): string {
  const few = origin.repetitions < REPETITIONS ? ` Fewer than ${REPETITIONS}: a first look, no result.` : '';
  return [
    `\`${origin.command}\`, ${origin.date}: ${origin.machine}. Medians of ${origin.repetitions} repetitions, slowest in brackets.${few}`,
    '',
    '(a): the Containerfiles of `nx run <variant>:containerfile`, built one after the other by `buildah build --layers`. (b): one RUN',
    'per variant that does everything from the upstream image, `--no-cache`.',
    '',
    table([HEADING, ...results.map(rowOf)]),
    '',
    table([
      ['to be reached', 'found', ''],
      ...verdicts.map(({ target, found, verdict }) => [target, found === undefined ? '' : number(found), verdict]),
    ]),
  ].join('\n');
}

function rowOf(result: ScenarioResult): string[] {
  const ours = secondsOf(result, 'ours');
  const ratio = (other: 'layers' | 'single-run') => {
    const seconds = secondsOf(result, other);
    return ours === undefined || seconds === undefined ? '' : number(ours / seconds);
  };
  return [
    result.title,
    ...CONTENDERS.map((name) => {
      const summary = result.summaries[name];
      return summary === undefined ? '' : durations(summary.seconds, summary.slowest);
    }),
    ratio('layers'),
    ratio('single-run'),
    ...CONTENDERS.map((name) => megabytes(result.summaries[name]?.writtenBytes)),
    result.floor === undefined ? '' : `${number(result.floor.seconds)} s: ${result.floor.what}`,
  ];
}

/** What takes less than a tenth of a second is shown in milliseconds. */
function durations(seconds: number, slowest: number): string {
  return seconds < 0.1
    ? `${(seconds * 1000).toFixed(1)} ms (${(slowest * 1000).toFixed(1)})`
    : `${number(seconds)} s (${number(slowest)})`;
}

function number(value: number): string {
  return value.toFixed(2);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...rest] = rows;
  const widths = heading.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(heading), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join('\n');
}
