import { faultsOf, statusLabel, statusOf, type CheckResult, type Verdict } from './result';

const finding = { message: 'a log' };
const FAULT: Verdict = { kind: 'fault' };
const ALLOWED: Verdict = { kind: 'allowed', allowed: { reason: 'wanted' } };
const INHERITED: Verdict = { kind: 'inherited', owner: { kind: 'variant', name: 'base' } };
const EXPLAINED: Verdict = { kind: 'explained', explanation: 'a script did it' };

function result(...verdicts: readonly Verdict[]): CheckResult {
  return { title: 't', findings: verdicts.map((verdict) => ({ finding, verdict })), obstacles: [] };
}

describe('statusOf', () => {
  it.each<[CheckResult, string, string]>([
    [result(), 'ok', 'ok     '],
    [result(INHERITED, EXPLAINED), 'ok', 'ok     '],
    [result(ALLOWED, INHERITED), 'allowed', 'allowed'],
    [result(ALLOWED, FAULT), 'failed', 'FAILED '],
    [{ ...result(), obstacles: [{ code: 'test/not-run', message: 'm' }] }, 'failed', 'FAILED '],
    [{ ...result(), absent: 'results' }, 'absent', '-      '],
    [{ ...result(FAULT), absent: 'results' }, 'failed', 'FAILED '],
  ])('%#: %s', (check, status, label) => {
    expect(statusOf(check)).toBe(status);
    expect(statusLabel(check)).toBe(label);
  });
});

it('finds what makes checks fail', () => {
  expect(faultsOf([result(ALLOWED, FAULT), result(INHERITED), result(FAULT)])).toEqual([finding, finding]);
});
