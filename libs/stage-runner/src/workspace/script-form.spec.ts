import { renderDiagnostic } from '@immutablue/diagnostics';
import { CLEAR_DIAGNOSTIC, UNSAFE } from '@immutablue/diagnostics/testing';
import { REFUSED_INTERPRETERS } from '../testing/hostile';
import { checkScriptForm } from './script-form';

const BYTE_ORDER_MARK = '\uFEFF';

function faultsIn(content: Buffer | string): string {
  return checkScriptForm(Buffer.from(content), '/w/packages/teal/build/35-own.sh')
    .map((fault) => renderDiagnostic(fault, { root: '/w', colors: 'never' }))
    .join('\n\n');
}

describe('checkScriptForm', () => {
  it.each([
    '',
    'echo a\n',
    '# a comment\necho a',
    '#!/bin/bash\n',
    '#!/usr/bin/bash\necho a\n',
    '#!/usr/bin/env bash\necho a\n',
    '#! /usr/bin/env  bash \n',
    // Only at the end of a line a carriage return is a slip.
    "printf 'a\rb'\n",
    '# ä ∀ 😀\n',
  ])('accepts %j', (text) => {
    expect(faultsIn(text)).toBe('');
  });

  it('refuses line ends of Windows', () => {
    expect(faultsIn('#!/usr/bin/env bash\necho a\r\necho b\r\n')).toMatchInlineSnapshot(`
     "error[script/line-ends]: the lines of the script end as on Windows, with a carriage return
       --> packages/teal/build/35-own.sh:2:7
       |
     2 | echo a
       |       ^
       hint: \`sed -i 's/\\r$//' 35-own.sh\`, and \`*.sh text eol=lf\` in .gitattributes"
    `);
    expect(faultsIn('#!/bin/bash\r\necho a\r\n')).toContain('build/35-own.sh:1:12');
    expect(faultsIn('echo a\r')).toContain('error[script/line-ends]');
  });

  it('refuses a byte order mark', () => {
    expect(faultsIn(`${BYTE_ORDER_MARK}#!/usr/bin/env bash\n`)).toMatchInlineSnapshot(`
     "error[script/byte-order-mark]: the script begins with a byte order mark
       --> packages/teal/build/35-own.sh:1:1
       hint: save it as UTF-8 without a byte order mark"
    `);
  });

  it.each([
    ['little', Buffer.from(`${BYTE_ORDER_MARK}echo a\n`, 'utf16le')],
    ['big', Buffer.from(`${BYTE_ORDER_MARK}echo a\n`, 'utf16le').swap16()],
  ])('refuses UTF-16 of %s end', (_, content) => {
    expect(faultsIn(content).split('\n')[0]).toBe(
      'error[script/byte-order-mark]: the script is UTF-16, which bash does not read',
    );
  });

  it('refuses what is no text', () => {
    expect(faultsIn('#!/bin/bash\necho a\0b\n')).toMatchInlineSnapshot(`
     "error[script/not-bash]: the script holds a byte 0: it is a program, or no text at all
       --> packages/teal/build/35-own.sh:2:7
       |
     2 | echo a
       |       ^
       hint: have a script call the program"
    `);
  });

  it('refuses another interpreter', () => {
    expect(faultsIn('#!/usr/bin/python3\nprint(1)\n')).toMatchInlineSnapshot(`
     "error[script/not-bash]: \`#!/usr/bin/python3\`: scripts of sub-stages are run by bash
       --> packages/teal/build/35-own.sh:1:1
       |
     1 | #!/usr/bin/python3
       | ^^^^^^^^^^^^^^^^^^
       hint: write \`#!/usr/bin/env bash\`; a program in another language can be called from it"
    `);
    expect(faultsIn('#!/bin/bash -eux\necho a\n')).toMatchInlineSnapshot(`
     "error[script/not-bash]: \`#!/bin/bash -eux\`: options in the first line of a script count for nothing
       --> packages/teal/build/35-own.sh:1:1
       |
     1 | #!/bin/bash -eux
       | ^^^^^^^^^^^^^^^^
       hint: write \`#!/usr/bin/env bash\`, and what is needed beyond \`-euo pipefail\` as \`set\` in a line of its own"
    `);
  });

  it.each(REFUSED_INTERPRETERS)('refuses %s', (line) => {
    const faults = faultsIn(`${line}\necho a\n`);
    expect(faults).toMatch(CLEAR_DIAGNOSTIC);
    expect(faults).toContain('error[script/not-bash]');
    expect(faults).not.toMatch(UNSAFE);
  });

  it('names all that is wrong at once, and repeats no more of a line than has room', () => {
    const text = `${BYTE_ORDER_MARK}#!/bin/${'a'.repeat(10_000_000)}\r\necho a\r\n`;
    const faults = checkScriptForm(Buffer.from(text), '/w/a.sh');
    expect(faults.map(({ code }) => code)).toEqual(['script/byte-order-mark', 'script/line-ends', 'script/not-bash']);
    expect(JSON.stringify(faults).length).toBeLessThan(2000);
  });
});
