import { renderDiagnostic } from '@immutablue/diagnostics';
import { CLEAR_DIAGNOSTIC, UNSAFE } from '@immutablue/diagnostics/testing';
import { REFUSED_FILES, REFUSED_HEADERS } from '../testing/hostile';
import { planSecrets } from './plan-secrets';
import { readScriptHeader } from './script-header';

describe('readScriptHeader', () => {
  it.each([
    ['#!/bin/bash\ntrue\n', 'everything'],
    [
      '#!/bin/bash\n# Why it is there.\n# reads: /usr/lib/modules /etc/a\n# reads: /b\ntrue\n',
      ['/usr/lib/modules', '/etc/a', '/b'],
    ],
    ['#!/bin/bash\n# reads:\ntrue\n', []],
    // Behind the first command it is a comment like any other.
    ['#!/bin/bash\ntrue\n# reads: /a\n', 'everything'],
  ])('reads %j', (text, expected) => {
    const { reads } = readScriptHeader(text, '/w/a.sh');
    expect(reads === 'everything' ? reads : reads.trees).toEqual(expected);
  });

  it.each([
    ['#!/bin/bash\ntrue\n', undefined],
    ['# files: files/f data\n# reads: /a\n# files: x\n', ['files/f', 'data', 'x']],
    ['# files:\n', []],
  ])('reads what %j sees of the folder', (text, expected) => {
    expect(readScriptHeader(text, '/w/a.sh').files).toEqual(expected);
  });

  it.each(REFUSED_FILES)('refuses to show %s of the folder', (place) => {
    const { diagnostics } = readScriptHeader(`# files: ${place}\n`, '/w/a.sh');
    expect(diagnostics.map(({ code, location }) => [code, location?.column])).toEqual([['script/wrong-files', 10]]);
  });

  it.each(REFUSED_HEADERS)('refuses %j, with its line', (header) => {
    const { diagnostics, secrets } = readScriptHeader(`#!/bin/bash\n${header}\n`, '/w/a.sh');
    const unknown = planSecrets(secrets, { variant: 'teal', listed: ['mok-key'], given: new Set() }).diagnostics;
    const texts = [...diagnostics, ...unknown].map((one) => renderDiagnostic(one, { root: '/w', colors: 'never' }));
    expect(texts.join('\n\n')).toMatch(CLEAR_DIAGNOSTIC);
    expect(texts.join('\n\n')).toContain('a.sh:2:');
    expect(texts.join('\n\n')).not.toMatch(UNSAFE);
  });

  it('repeats no more of a path than a message has room for', () => {
    const [fault] = readScriptHeader(`# reads: ${'a'.repeat(1_000_000)}\n`, '/w/a.sh').diagnostics;
    expect(fault?.message.length).toBeLessThan(200);
  });

  it('refuses what is no path, with its place', () => {
    const { diagnostics } = readScriptHeader('#!/bin/bash\n# reads: /ok etc/dnf /a/../b /c/*\n', '/w/a.sh');
    const texts = diagnostics.map((one) => renderDiagnostic(one, { root: '/w', colors: 'never' }));
    expect(texts.map((text) => text.split('\n').slice(0, 2).join('\n'))).toEqual([
      'error[script/wrong-reads]: `etc/dnf` is not a path that a script can declare to read\n  --> a.sh:2:14',
      'error[script/wrong-reads]: `/a/../b` is not a path that a script can declare to read\n  --> a.sh:2:22',
      'error[script/wrong-reads]: `/c/*` is not a path that a script can declare to read\n  --> a.sh:2:30',
    ]);
  });
});
