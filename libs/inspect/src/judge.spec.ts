import type { JudgedFinding } from '@immutablue/diagnostics';
import type { AllowedFinding } from '@immutablue/variant';
import type { Finding } from './finding';
import { checkAllow, judge } from './judge';
import type { InspectionResult } from './report/report';

const finding: Finding = { path: '/var/log/a/x.log', message: 'a log' };
const allowed = (check: string, path?: string): AllowedFinding => ({
  check,
  ...(path === undefined ? {} : { path }),
  reason: 'wanted',
  location: { file: '/w/variant.yaml', line: 5, column: 3 },
});
const result = (name: string, ...findings: JudgedFinding[]): InspectionResult => ({
  name,
  title: 't',
  findings,
  obstacles: [],
  milliseconds: 1,
});

describe('judge', () => {
  it.each([
    [[], 'fault'],
    [[allowed('var-log')], 'allowed'],
    [[allowed('var-log', '/var/log/a/x.log')], 'allowed'],
    [[allowed('var-log', '/var/log/a')], 'allowed'],
    [[allowed('var-log', '/var/log/a/x')], 'fault'],
    [[allowed('var-tmpfiles', '/var/log/a/x.log')], 'fault'],
  ])('with %j allowed it is %s', (allow, expected) => {
    expect(judge('var-log', finding, undefined, allow).verdict.kind).toBe(expected);
  });

  it('allows nothing of a finding without a path by a path', () => {
    expect(judge('labels', { message: 'm' }, undefined, [allowed('labels', '/a')]).verdict.kind).toBe('fault');
  });

  it('prefers to say whose it is, and what explains it', () => {
    const owner = { kind: 'variant', name: 'base' } as const;
    expect(judge('var-log', finding, owner, [allowed('var-log')]).verdict).toEqual({ kind: 'inherited', owner });
    const explained = { ...finding, explanation: 'a script did it' };
    expect(judge('var-log', explained, owner, []).verdict).toEqual({
      kind: 'explained',
      explanation: 'a script did it',
    });
  });
});

describe('checkAllow', () => {
  it('finds the entries that allow nothing', () => {
    const used = allowed('var-log', '/var/log/a');
    const results = [result('var-log', judge('var-log', finding, undefined, [used])), result('kernel')];
    const { findings } = checkAllow([used, allowed('kernel'), allowed('kernal', '/x')], results);
    expect(findings.map((judged) => judged.finding.message)).toEqual([
      '`kernel` finds nothing of this variant, so there is nothing to allow',
      'there is no check `kernal`',
    ]);
    expect(findings.map((judged) => judged.finding.hint)).toContain('did you mean `kernel`?');
  });

  it('does not count what is the parent’s', () => {
    const entry = allowed('var-log');
    const owner = { kind: 'upstream', name: 'quay.io/x' } as const;
    const { findings } = checkAllow([entry], [result('var-log', judge('var-log', finding, owner, [entry]))]);
    expect(findings).toHaveLength(1);
  });
});
