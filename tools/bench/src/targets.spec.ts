import type { ScenarioResult } from './result';
import { judge } from './targets';

const summary = (seconds: number) => ({ repetitions: 5, seconds, fastest: seconds, slowest: seconds, writtenBytes: 0 });

const verdictOf = (results: readonly ScenarioResult[], target: RegExp) =>
  judge(results).find((verdict) => target.test(verdict.target));

it('judges a ratio within one run', () => {
  const result = (ours: number): ScenarioResult => ({
    scenario: 'cold-family',
    title: '',
    summaries: { ours: summary(ours), layers: summary(100) },
  });
  expect(verdictOf([result(115)], /1\.15/)).toMatchObject({ found: 1.15, verdict: 'pass' });
  expect(verdictOf([result(116)], /1\.15/)).toMatchObject({ verdict: 'fail' });
  expect(verdictOf([result(50)], /0\.6 /)).toMatchObject({ found: undefined, verdict: 'not measured' });
});

it('compares a no-op with its floor, and planning with planning', () => {
  const results: ScenarioResult[] = [
    { scenario: 'no-op', title: '', summaries: { ours: summary(3) }, floor: { what: 'nx', seconds: 2 } },
    { scenario: 'plan-6', title: '', summaries: { ours: summary(1) } },
    { scenario: 'plan-96', title: '', summaries: { ours: summary(17) } },
  ];
  expect(verdictOf(results, /nx show projects/)).toMatchObject({ found: 1.5, verdict: 'pass' });
  expect(verdictOf(results, /planning/)).toMatchObject({ found: 17, verdict: 'fail' });
});

it('counts transactions after an edit in base', () => {
  const result = (transactions: number): ScenarioResult => ({
    scenario: 'override-base',
    title: '',
    summaries: {},
    transactions,
  });
  expect(verdictOf([result(0)], /transactions/)?.verdict).toBe('pass');
  expect(verdictOf([result(1)], /transactions/)?.verdict).toBe('fail');
});
