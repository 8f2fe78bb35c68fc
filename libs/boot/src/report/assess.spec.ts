import { faultsOf, type Diagnostic } from '@immutablue/diagnostics';
import { type AgentMessage } from '../agent/message';
import { parseBootChecks } from '../checks-file/parse';
import { planBoot } from '../checks-file/plan';
import { assessMessage } from './assess';
import { lineOf } from './lines';
import { type BootResult } from './report';
import { absentResults } from './results';

const { value: checks } = parseBootChecks(
  '/w/packages/teal/boot-checks.yaml',
  [
    'checks:',
    '  - {name: anything, script: a}',
    '  - {name: text, script: a, output: "a\\nb\\n"}',
    '  - {name: pattern, script: a, output_pattern: "^b$"}',
    'allow_failed_units: [{unit: allowed.service, reason: it may}]',
  ].join('\n'),
);
if (checks === undefined) throw new Error('the checks are wrong');
const PLAN = planBoot([{ variant: 'teal', checks }]);

function assess(message: AgentMessage) {
  const item = assessMessage(PLAN, 1, message, 1500);
  if (item === undefined) throw new Error('nothing is reported');
  return item;
}

/** What makes it fail. */
function faultOf(result: BootResult): Diagnostic | undefined {
  return faultsOf([result])[0];
}

function check(number: number, exitCode: number, stdout = '', stderr = '') {
  return assess({ kind: 'check', number, exitCode, milliseconds: 20, stdout, stderr });
}

describe('a check', () => {
  it.each([
    [0, 'whatever'],
    [1, 'a\nb'],
    [1, 'a\nb\n\n'],
    [2, 'a\nb\nc'],
  ])('%i passes when it prints %j', (number, stdout) => {
    expect(check(number, 0, stdout).findings).toEqual([]);
  });

  it.each([
    [0, 1, '', 'ended with exit code 1'],
    [0, 124, '', 'did not end within 30 s'],
    [1, 0, 'a', 'printed something else than `a\nb`'],
    [2, 0, 'bb', 'printed something else than what matches `^b$`'],
  ])('%i fails with exit code %i and %j', (number, exitCode, stdout, message) => {
    expect(faultOf(check(number, exitCode, stdout))).toMatchObject({
      code: 'boot/check-failed',
      message: expect.stringContaining(message),
    });
  });

  it('shows both streams and its place in the file', () => {
    expect(faultOf(check(0, 1, 'out\n', 'err\n'))).toMatchObject({
      notes: ['out', 'err'],
      location: { line: 2 },
    });
  });
});

describe('the system', () => {
  it.each(['running', 'degraded'] as const)('is up when it is %s', (state) => {
    const item = assess({ kind: 'state', state, analysis: 'Startup finished in 1s (userspace)' });
    expect(lineOf(item)).toBe(`ok      boot 1: the system is ${state} after 1.5 s: startup finished in 1s (userspace)`);
  });

  it.each(['timeout', 'maintenance'] as const)('is not when it is %s', (state) => {
    const item = assess({ kind: 'state', state, analysis: 'x.service start running' });
    expect(faultOf(item)).toMatchObject({ code: 'boot/not-running', notes: ['x.service start running'] });
  });
});

describe('a unit that failed', () => {
  it('is a fault, with its last lines', () => {
    const item = assess({ kind: 'unit', unit: 'x.service', journal: 'why\n' });
    expect(faultOf(item)).toMatchObject({ code: 'boot/unit-failed', notes: ['why'] });
  });

  it('is none when it may fail', () => {
    const item = assess({ kind: 'unit', unit: 'allowed.service', journal: '' });
    expect(lineOf(item)).toBe('allowed boot 1: unit allowed.service: it may');
  });
});

describe('results of scripts', () => {
  const results = (content: string) => assess({ kind: 'results', occasion: 'on_boot', content });
  const script = { path: '/usr/x', exitCode: 0, milliseconds: 12 };

  it('pass when all scripts did', () => {
    expect(lineOf(results(JSON.stringify({ scripts: [script, script] })))).toBe(
      'ok      boot 1: on_boot: 2 scripts (0.0 s)',
    );
  });

  it('name the scripts that failed', () => {
    expect(faultOf(results(JSON.stringify({ scripts: [script, { ...script, exitCode: 7 }] })))).toMatchObject({
      code: 'boot/script-failed',
      notes: ['/usr/x: exit code 7'],
    });
  });

  it.each(['', '{"scripts":', '[]'])('are a fault when they are %j', (content) => {
    expect(faultOf(results(content))).toMatchObject({ code: 'boot/script-failed' });
  });

  it('are said to be absent, of the first boot only on the first', () => {
    expect(absentResults(1, []).map(lineOf)).toEqual([
      '-       boot 1: first_boot: no results',
      '-       boot 1: on_boot: no results',
    ]);
    expect(absentResults(2, [])).toHaveLength(1);
    expect(absentResults(2, ['on_boot'])).toEqual([]);
  });
});
