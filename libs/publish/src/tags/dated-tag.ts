/** A tag that stands for the image of a day and never moves: `44-cyan-20261127`, or `44-cyan-20261127.1` for the next of that day. */
export interface DatedTag {
  /** The tag that moves along: `44-cyan`. */
  readonly series: string;
  /** Midnight in UTC. */
  readonly day: Date;
  /** 0 is the first of the day, which has no number. */
  readonly number: number;
}

/** The release is in front; a number of a day is written as they are given. */
const DATED_TAG = /^(?<series>[1-9]\d*(?:-.+)?)-(?<year>\d{4})(?<month>\d\d)(?<date>\d\d)(?:\.(?<number>[1-9]\d*))?$/;

/** What a dated tag says; undefined when it is another tag. */
export function parseDatedTag(tag: string): DatedTag | undefined {
  const groups = DATED_TAG.exec(tag)?.groups;
  if (groups?.series === undefined) return undefined;
  const { series, year = '', month = '', date = '', number = '0' } = groups;
  const day = new Date(`${year}-${month}-${date}T00:00:00Z`);
  // 30 February is none.
  if (Number.isNaN(day.getTime()) || dayText(day) !== `${year}${month}${date}`) return undefined;
  return { series, day, number: Number(number) };
}

/** The tag as text. */
export function formatDatedTag({ series, day, number }: DatedTag): string {
  return `${series}-${dayText(day)}${number === 0 ? '' : `.${number}`}`;
}

/** Orders dated tags of one series, the newest first. */
export function byAge(left: DatedTag, right: DatedTag): number {
  return right.day.getTime() - left.day.getTime() || right.number - left.number;
}

function dayText(day: Date): string {
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

/** Whether a tag is one of a pull request: `pr-12-44-cyan`. */
export function isPullRequestTag(tag: string): boolean {
  return /^pr-[1-9]\d*-[1-9]\d*(?:-|$)/.test(tag);
}
