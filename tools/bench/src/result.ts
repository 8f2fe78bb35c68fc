import type { Summary } from './statistics';

/** Who is measured: this workspace, its Containerfiles with `buildah build --layers`, one RUN per variant from upstream. */
export const CONTENDERS = ['ours', 'layers', 'single-run'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** What a measurement can be compared with at best. */
export interface Floor {
  readonly what: string;
  readonly seconds: number;
}

/** A scenario after it ran. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  readonly summaries: Readonly<Partial<Record<ContenderName, Summary>>>;
  readonly floor?: Floor;
  /** How many package transactions ours ran in the last repetition. */
  readonly transactions?: number;
}

/** Seconds of a contender, or undefined where it was not measured. */
export function secondsOf(result: ScenarioResult | undefined, contender: ContenderName): number | undefined {
  return result?.summaries[contender]?.seconds;
}
