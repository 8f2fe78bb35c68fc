import { secondsOf, type ScenarioResult } from './result';

/** Whether something that was to be reached is. */
export interface Verdict {
  readonly target: string;
  /** The number that counts; undefined when a scenario that it needs did not run. */
  readonly found: number | undefined;
  readonly verdict: 'pass' | 'fail' | 'not measured';
}

type Results = ReadonlyMap<string, ScenarioResult>;

interface Target {
  readonly target: string;
  readonly found: (results: Results) => number | undefined;
  readonly holds: (found: number) => boolean;
}

const TARGETS: readonly Target[] = [
  {
    target: 'cold family ≤ 1.15 × Containerfiles with --layers',
    found: (results) => against(results, 'cold-family', 'layers'),
    holds: (found) => found <= 1.15,
  },
  {
    target: 'cold family < 0.6 × one RUN per variant from upstream',
    found: (results) => against(results, 'cold-family', 'single-run'),
    holds: (found) => found < 0.6,
  },
  {
    target: 'override edited in cyan ≤ 0.3 × Containerfiles with --layers',
    found: (results) => against(results, 'override-cyan', 'layers'),
    holds: (found) => found <= 0.3,
  },
  {
    target: 'override edited in base, family rebuilt < 0.2 × Containerfiles with --layers',
    found: (results) => against(results, 'override-base', 'layers'),
    holds: (found) => found < 0.2,
  },
  {
    target: 'package transactions after an override edited in base: 0',
    found: (results) => results.get('override-base')?.transactions,
    holds: (found) => found === 0,
  },
  {
    target: 'no-op of the family ≤ 1.5 × nx show projects',
    found: (results) => againstFloor(results, 'no-op'),
    holds: (found) => found <= 1.5,
  },
  {
    target: 'the same where Nx has its daemon ≤ 1.5 × nx show projects',
    found: (results) => againstFloor(results, 'no-op-daemon'),
    holds: (found) => found <= 1.5,
  },
  {
    target: 'comment-only edit ≤ 1.2 × no-op of the family',
    found: (results) => ratio(secondsOf(results.get('comment'), 'ours'), secondsOf(results.get('no-op'), 'ours')),
    // A no-op twice is not the same to the last hundredth.
    holds: (found) => found <= 1.2,
  },
  {
    target: 'planning 96 variants ≤ 16 × planning 6',
    found: (results) => ratio(secondsOf(results.get('plan-96'), 'ours'), secondsOf(results.get('plan-6'), 'ours')),
    holds: (found) => found <= 16,
  },
];

/** What is to be reached, and whether these results reach it. */
export function judge(results: readonly ScenarioResult[]): Verdict[] {
  const byName = new Map(results.map((result) => [result.scenario, result]));
  return TARGETS.map(({ target, found, holds }) => {
    const value = found(byName);
    return { target, found: value, verdict: value === undefined ? 'not measured' : holds(value) ? 'pass' : 'fail' };
  });
}

function against(results: Results, scenario: string, other: 'layers' | 'single-run'): number | undefined {
  return ratio(secondsOf(results.get(scenario), 'ours'), secondsOf(results.get(scenario), other));
}

function againstFloor(results: Results, scenario: string): number | undefined {
  return ratio(secondsOf(results.get(scenario), 'ours'), results.get(scenario)?.floor?.seconds);
}

function ratio(value: number | undefined, base: number | undefined): number | undefined {
  return value === undefined || base === undefined ? undefined : value / base;
}
