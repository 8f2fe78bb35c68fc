import type { ScenarioResult } from '../result';
import type { Bench } from './bench';
import { compare } from './compare';
import { noOpWithDaemon } from './daemon';
import { FAMILY_SCENARIOS } from './family';
import { COUNTS, noOpOfMany, planMany } from './many-variants';

export interface Scenario {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<ScenarioResult>;
}

/** All scenarios in the order in which they run: those that add variants come last, the fewest first. */
export const SCENARIOS: readonly Scenario[] = [
  ...FAMILY_SCENARIOS.map((comparison): Scenario => ({
    name: comparison.name,
    run: (bench) => compare(bench, comparison),
  })),
  { name: 'no-op-daemon', run: noOpWithDaemon },
  ...COUNTS.map((count): Scenario => ({ name: `plan-${count}`, run: (bench) => planMany(bench, count) })),
  ...COUNTS.map((count): Scenario => ({ name: `no-op-${count}`, run: (bench) => noOpOfMany(bench, count) })),
];
