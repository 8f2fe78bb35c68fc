import { DiagnosticError, exitCodeOf, type Diagnostic } from './diagnostic';
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

  it('never underlines past the end of the line', () => {
    const location = { file: 'a.yaml', line: 1, column: 4, length: 80, text: 'ab: cd' };
    expect(renderDiagnostic({ code: 'yaml/syntax', message: 'm', location }, { root: '/', colors: 'never' })).toContain(
      '   ^^^',
    );
  });

  it('lets nothing act on a terminal that comes from an image or a command', () => {
    const diagnostic: Diagnostic = {
      code: 'boot/unit-failed',
      message: 'the unit `x\u001b[2J` failed',
      notes: ['\u001b]0;title\u0007\u001b[31mwhy\u001b[0m\r', 'a\tb\nc'],
    };
    expect(renderDiagnostic(diagnostic, { root: '/', colors: 'never' })).toMatchInlineSnapshot(`
"error[boot/unit-failed]: the unit \`x\\x1b[2J\` failed
  | why
  | a	b
c"
`);
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
