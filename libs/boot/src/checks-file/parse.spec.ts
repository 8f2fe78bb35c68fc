import { renderDiagnostic } from '@immutablue/diagnostics';
import { parseBootChecks } from './parse';

const FILE = '/w/packages/teal/boot-checks.yaml';

function faultsOf(text: string): string {
  const { diagnostics } = parseBootChecks(FILE, text);
  return diagnostics.map((fault) => renderDiagnostic(fault, { root: '/w', colors: 'never' })).join('\n');
}

describe('parseBootChecks', () => {
  it('reads files, checks and what may fail, with what is meant when nothing is said', () => {
    const { value, diagnostics } = parseBootChecks(
      FILE,
      [
        'files:',
        '  - path: /etc/x.conf',
        '    content: |',
        '      a',
        '  - {path: /var/lib/y, mode: "0755", content: ""}',
        'checks:',
        '  - name: a command',
        '    command: [systemctl, is-active, x.timer]',
        '    output: active',
        '  - name: a script',
        '    script: echo 1',
        '    output_pattern: ^\\d$',
        '    boot: second',
        '    timeout: 5',
        'allow_failed_units:',
        '  - {unit: x.service, reason: there is no such device}',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(value?.files).toEqual([
      { path: '/etc/x.conf', mode: 0o644, content: 'a\n' },
      { path: '/var/lib/y', mode: 0o755, content: '' },
    ]);
    expect(value?.checks).toMatchObject([
      {
        name: 'a command',
        command: { kind: 'command', argv: ['systemctl', 'is-active', 'x.timer'] },
        expected: { kind: 'text', text: 'active' },
        boot: 'every',
        timeoutSeconds: 30,
        location: { file: FILE, line: 7, column: 11 },
      },
      {
        command: { kind: 'script', text: 'echo 1' },
        expected: { kind: 'pattern', pattern: /^\d$/mu },
        boot: 'second',
        timeoutSeconds: 5,
      },
    ]);
    expect(value?.allowedFailedUnits).toEqual([{ unit: 'x.service', reason: 'there is no such device' }]);
  });

  it.each(['', '# Nothing yet.\n', 'checks: []\n'])('takes %j as nothing to check', (text) => {
    expect(parseBootChecks(FILE, text)).toMatchObject({ value: { checks: [] }, diagnostics: [] });
  });

  it.each([
    ['files: [{path: /usr/x, content: a}]', '`/usr/x` is not a path below /etc or /var'],
    ['files: [{path: /etc/../usr/x, content: a}]', 'is not a path below /etc or /var'],
    ['files: [{path: /etc/x, content: a, mode: 0755}]', "put it in quotes: `'0755'`"],
    ['files: [{path: /etc/x, content: a}, {path: /etc/x, content: b}]', '`/etc/x` is in the list twice'],
    ['checks: [{name: a}]', 'the check runs nothing'],
    ['checks: [{name: a, script: b, command: [c]}]', 'the check has both a `command` and a `script`'],
    ['checks: [{name: a, command: []}]', 'a command needs a program'],
    ['checks: [{name: a, command: b}]', 'write `[b]`'],
    ['checks: [{name: a, script: b, output: c, output_pattern: d}]', 'both an `output` and an `output_pattern`'],
    ['checks: [{name: a, script: b, output_pattern: "("}]', '`(` is not a regular expression'],
    ['checks: [{name: a, script: b, timeout: soon}]', 'expected a number, found a string'],
    ['checks: [{name: a, script: b, timeout: 0}]', 'a check needs at least a second'],
    ['checks: [{name: a, script: b, boot: third}]', '`third` is not one of `first`, `second`, `every`'],
    ['checks: [{name: a, script: b, ouput: c}]', 'unknown key `ouput`'],
    ['checks: [{name: a, script: b}, {name: a, script: c}]', '`a` is in the list twice'],
    ['allow_failed_units: [{unit: sshd, reason: a}]', '`sshd` is not a name of a unit'],
    ['allow_failed_units: [{unit: sshd.service}]', 'the key `reason` is missing'],
  ])('refuses %s', (text, message) => {
    expect(faultsOf(text)).toContain(message);
    expect(faultsOf(text)).toContain('--> packages/teal/boot-checks.yaml:1:');
  });

  it('says all that is wrong at once, in the order of the file', () => {
    const text = 'files:\n  - path: /run/x\n    content: a\nchecks:\n  - name: b\nmore: c\n';
    expect(faultsOf(text).match(/yaml:\d+/g)).toEqual(['yaml:2', 'yaml:5', 'yaml:6']);
  });
});
