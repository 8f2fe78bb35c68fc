import { DiagnosticError, type Diagnostic } from './diagnostic';
import { exitCodeOf } from './diagnostics-of';
import { renderDiagnostic, renderError } from './render';
import { hintForUnknownName, nearestName } from './suggest';

const unknownKey: Diagnostic = {
  code: 'yaml/unknown-key',
  message: 'unknown key `rmp`',
  location: { file: '/workspace/packages/cyan/packages.yaml', line: 12, column: 3, length: 3, text: '  rmp:' },
  hint: 'did you mean `rpm`?',
};

describe('renderDiagnostic', () => {
  it('shows what, where with the span underlined, and the hint', () => {
    expect(renderDiagnostic(unknownKey, { root: '/workspace', colors: 'never' })).toMatchInlineSnapshot(`
     "error[yaml/unknown-key]: unknown key \`rmp\`
        --> packages/cyan/packages.yaml:12:3
        |
     12 |   rmp:
        |   ^^^
       hint: did you mean \`rpm\`?"
    `);
  });

  it('shows another place of a note as it shows its own: relative to the root', () => {
    const fault: Diagnostic = {
      code: 'yaml/syntax',
      message: 'm',
      notes: ['it is at /workspace/a.yaml:1:2', 'at /workspaces/b'],
    };
    expect(renderDiagnostic(fault, { root: '/workspace', colors: 'never' })).toBe(
      'error[yaml/syntax]: m\n  | it is at a.yaml:1:2\n  | at /workspaces/b',
    );
  });

  it('never underlines past the end of the line', () => {
    const location = { file: 'a.yaml', line: 1, column: 4, length: 80, text: 'ab: cd' };
    expect(renderDiagnostic({ code: 'yaml/syntax', message: 'm', location }, { root: '/', colors: 'never' })).toContain(
      '   ^^^',
    );
  });

  it('lets nothing act on a terminal that comes from an image, a command or the name of a file', () => {
    const diagnostic: Diagnostic = {
      code: 'boot/unit-failed',
      message: 'the unit `x\u001b[2J` failed\n::error::forged',
      location: { file: '/a\u202eb\nerror: c.yaml', line: 2, column: 4, length: 5, text: '\u009b: \u001b[2J\tx\ry' },
      notes: ['\u001b]0;title\u0007\u001b[31mwhy\u001b[0m\r', 'a\tb\nc', '10%\r20%\r'],
      hint: 'look\u2028at it\n::warning::forged',
    };
    expect(renderDiagnostic(diagnostic, { root: '/', colors: 'never' })).toMatchInlineSnapshot(`
     "error[boot/unit-failed]: the unit \`x\\x1b[2J\` failed
       | ::error::forged
       --> a\\u202eb\\x0aerror: c.yaml:2:4
       |
     2 | \\x9b: \\x1b[2J x\\x0dy
       |       ^^^^^^^^
       | why
       | a	b
       | c
       | 20%
       hint: look\\u2028at it
       | ::warning::forged"
    `);
  });

  it.each([
    [
      '  - https://me:pass@example.org/x # \u001b',
      5,
      29,
      '  - https://***@example.org/x # \\x1b',
      '    ^^^^^^^^^^^^^^^^^^^^^^^^^',
    ],
    ['\u001b: https://me:pass@h/x', 4, 19, '\\x1b: https://***@h/x', '      ^^^^^^^^^^^^^^^'],
    ['a: "https://h/?token=abc"', 4, 22, 'a: "https://h/?token=***"', '   ^^^^^^^^^^^^^^^^^^^^^^'],
    ['a: https://me:pass@h/x', 12, 2, 'a: https://***@h/x', undefined],
  ])('underlines what is meant where it is shown: %j', (text, column, length, shown, underline) => {
    const location = { file: '/a.yaml', line: 1, column, length, text };
    const rendered = renderDiagnostic({ code: 'yaml/syntax', message: 'm', location }, { root: '/', colors: 'never' });
    const [, , , source, span] = rendered.split('\n');
    expect(source).toBe(`1 | ${shown}`);
    if (underline !== undefined) expect(span).toBe(`  | ${underline}`);
  });

  it('tells no credentials, in whatever it shows', () => {
    const secret = 'https://me:hunter2@example.org/?token=hunter2 HTTPS_PROXY=me:hunter2@proxy';
    const location = { file: secret, line: 1, column: 1, length: 80, text: secret };
    const fault = { code: 'yaml/syntax', message: secret, location, notes: [secret], hint: secret } as const;
    expect(renderDiagnostic(fault, { root: '/', colors: 'never' })).not.toContain('hunter2');
    const error = new DiagnosticError(fault);
    // Nx prints the message of an error that it meets itself.
    expect(error.message).not.toContain('hunter2');
    expect(new DiagnosticError({ ...fault, message: '\u001b[2J' }).message).toBe('\\x1b[2J');
  });

  it('leaves files outside the root as they are', () => {
    expect(renderDiagnostic(unknownKey, { root: '/elsewhere', colors: 'never' })).toContain(
      '--> /workspace/packages/cyan/packages.yaml:12:3',
    );
  });

  it('colours only when asked to', () => {
    expect(renderDiagnostic(unknownKey, { root: '/workspace', colors: 'always' })).toContain('\u001b[');
    expect(renderDiagnostic(unknownKey, { root: '/workspace', colors: 'never' })).not.toContain('\u001b[');
  });
});

describe('renderError', () => {
  it('shows every diagnostic of an error', () => {
    const error = new DiagnosticError([unknownKey, { code: 'family/cycle', message: 'a stands on itself' }]);
    expect(renderError(error, { root: '/workspace', colors: 'never' })).toMatch(/rmp[^]*\n\nerror\[family\/cycle\]/);
  });

  it('marks an unexpected error as internal, with its stack', () => {
    const text = renderError(new TypeError('x is not a function'), { root: '/', colors: 'never' });
    expect(text).toContain('error[internal/unexpected]: x is not a function');
    expect(text).toContain('render.spec.ts');
  });
});

describe('exitCodeOf', () => {
  it.each([
    ['yaml/syntax', 2],
    ['host/missing-tool', 3],
    ['build/sub-stage-failed', 1],
    ['build/interrupted', 130],
  ] as const)('%s ends with %d', (code, expected) => {
    expect(exitCodeOf(new DiagnosticError({ code, message: '' }))).toBe(expected);
  });
});

describe('nearestName', () => {
  it.each([
    ['rmp', ['rpm', 'rpm_url', 'file_rm'], 'rpm'],
    ['services_enable_sy', ['services_enable_sys', 'services_mask_sys'], 'services_enable_sys'],
    ['zzz', ['rpm', 'gui'], undefined],
    ['rpm', [], undefined],
  ])('%s among %j is %s', (word, candidates, expected) => {
    expect(nearestName(word, candidates)).toBe(expected);
  });

  it('lists what is known when nothing is near', () => {
    expect(hintForUnknownName('purple', ['base', 'cyan'])).toBe('known here: `base`, `cyan`');
  });
});
