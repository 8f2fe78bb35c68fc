import { render } from '../testing/render';
import { parseVariant } from './parse';

const parse = (text: string) => parseVariant('packages/teal/variant.yaml', text);
const errorsOf = (text: string) => render(parse(text).diagnostics);

const minimal = 'name: teal\ndescription: A desktop in teal\nfrom: cyan\n';

describe('parseVariant', () => {
  it('fills in what a short file leaves out', () => {
    const name = { file: 'packages/teal/variant.yaml', line: 1, column: 7, length: 4, text: 'name: teal' };
    const from = { file: 'packages/teal/variant.yaml', line: 3, column: 7, length: 4, text: 'from: cyan' };
    expect(parse(minimal)).toEqual({
      value: {
        file: 'packages/teal/variant.yaml',
        name: { value: 'teal', location: name },
        description: 'A desktop in teal',
        from: { value: 'cyan', location: from },
        apply: [],
        image: { value: 'immutablue-teal', location: name },
        options: [],
        platforms: [{ value: 'linux/amd64', location: name }],
        permissions: [],
        secrets: [],
        allow: [],
      },
      diagnostics: [],
    });
  });

  it('reads every key', () => {
    const { value, diagnostics } = parse(`
name: teal
description: A desktop in teal
from: quay.io/fedora-ostree-desktops/kinoite
apply: [base]
image: teal-os
options: [gui, kinoite, teal]
platforms: [linux/amd64, linux/arm64]
permissions:
  - { path: /etc/sudoers.d/teal, mode: '0440' }
  - { path: /usr/bin/teal, mode: '4755', owner: teal, group: '1000' }
  - { path: /etc/teal.conf }
allow:
  - { check: var-log, path: /var/log/teal, reason: the logger of teal wants it }
  - { check: sysusers, reason: teal brings its users by hand }
`);
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject({
      apply: [{ value: 'base' }],
      image: { value: 'teal-os', location: { line: 6 } },
      options: [{ value: 'gui' }, { value: 'kinoite' }, { value: 'teal' }],
      platforms: [{ value: 'linux/amd64' }, { value: 'linux/arm64' }],
      permissions: [
        { path: '/etc/sudoers.d/teal', mode: 0o440, owner: 'root', group: 'root', location: { line: 10 } },
        { path: '/usr/bin/teal', mode: 0o4755, owner: 'teal', group: '1000', location: { line: 11 } },
        { path: '/etc/teal.conf', owner: 'root', group: 'root' },
      ],
    });
    expect(value?.permissions[2]).not.toHaveProperty('mode');
    expect(value?.allow).toMatchObject([
      {
        check: 'var-log',
        path: '/var/log/teal',
        reason: 'the logger of teal wants it',
        location: { line: 14, column: 29 },
      },
      { check: 'sysusers', reason: 'teal brings its users by hand', location: { line: 15, column: 14 } },
    ]);
    expect(value?.allow[1]).not.toHaveProperty('path');
  });

  it('reports all that is wrong at once, in the order of the file', () => {
    expect(
      errorsOf(`name: tael
discription: x
from: base:44
options: gui
platforms: [linux/amd46]
permissions:
  - { path: etc/x, mode: 0440 }
  - { mod: '0440' }
`),
    ).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: the variant \`tael\` lies in the folder \`teal\`
       --> packages/teal/variant.yaml:1:7
       |
     1 | name: tael
       |       ^^^^
       hint: the name and the folder have to be the same: change one of them

     error[yaml/unknown-key]: unknown key \`discription\`
       --> packages/teal/variant.yaml:2:1
       |
     2 | discription: x
       | ^^^^^^^^^^^
       hint: did you mean \`description\`?

     error[yaml/wrong-value]: \`base:44\` is not a name of a variant or a reference of an image
       --> packages/teal/variant.yaml:3:7
       |
     3 | from: base:44
       |       ^^^^^^^
       hint: a variant, like \`base\`, or an upstream image with its registry, like \`quay.io/fedora-ostree-desktops/silverblue\`

     error[yaml/wrong-value]: expected a list, found a string
       --> packages/teal/variant.yaml:4:10
       |
     4 | options: gui
       |          ^^^
       hint: write \`[gui]\`

     error[yaml/wrong-value]: \`linux/amd46\` is not one of \`linux/amd64\`, \`linux/arm64\`
       --> packages/teal/variant.yaml:5:13
       |
     5 | platforms: [linux/amd46]
       |             ^^^^^^^^^^^
       hint: did you mean \`linux/amd64\`?

     error[yaml/wrong-value]: \`etc/x\` is not an absolute path
       --> packages/teal/variant.yaml:7:13
       |
     7 |   - { path: etc/x, mode: 0440 }
       |             ^^^^^
       hint: begin with \`/\`, and leave out \`.\`, \`..\`, doubled and trailing slashes

     error[yaml/wrong-value]: expected a string, found a number
       --> packages/teal/variant.yaml:7:26
       |
     7 |   - { path: etc/x, mode: 0440 }
       |                          ^^^^
       hint: put it in quotes: \`'0440'\`

     error[yaml/missing-key]: the key \`path\` is missing
       --> packages/teal/variant.yaml:8:5
       |
     8 |   - { mod: '0440' }
       |     ^^^^^^^^^^^^^^^
       hint: add \`path:\`

     error[yaml/unknown-key]: unknown key \`mod\`
       --> packages/teal/variant.yaml:8:7
       |
     8 |   - { mod: '0440' }
       |       ^^^
       hint: did you mean \`mode\`?"
    `);
  });

  it('reports a file that holds something else', () => {
    expect(errorsOf('# later\n')).toMatchInlineSnapshot(`
     "error[yaml/missing-key]: the file is empty
       --> packages/teal/variant.yaml:1:1
       hint: a variant needs at least \`name:\`, \`description:\` and \`from:\`"
    `);
    expect(errorsOf('- name: teal\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: expected a map, found a list
       --> packages/teal/variant.yaml:1:1
       |
     1 | - name: teal
       | ^^^^^^^^^^^^"
    `);
    expect(errorsOf('teal\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: expected a map, found a string
       --> packages/teal/variant.yaml:1:1
       |
     1 | teal
       | ^^^^"
    `);
  });

  it('reports a syntax error alone', () => {
    expect(errorsOf('name: [teal\nform: cyan\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Flow sequence in block collection must be sufficiently indented and end with a ]
       --> packages/teal/variant.yaml:2:1
       |
     2 | form: cyan
       | ^
       hint: look at the indentation, and for a bracket or quote that was not closed above"
    `);
  });

  it('reports a key that is there twice together with the rest', () => {
    expect(errorsOf(`${minimal}from: base\noption: [x]\n`)).toMatchInlineSnapshot(`
     "error[yaml/duplicate-key]: the key \`from\` is there twice
       --> packages/teal/variant.yaml:4:1
       |
     4 | from: base
       | ^^^^
       hint: it is on line 3 already: join the two

     error[yaml/unknown-key]: unknown key \`option\`
       --> packages/teal/variant.yaml:5:1
       |
     5 | option: [x]
       | ^^^^^^
       hint: did you mean \`options\`?"
    `);
  });

  it('reports what a list holds twice', () => {
    expect(errorsOf(`${minimal}options: [teal, gui, teal]\n`)).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: \`teal\` is in the list twice
       --> packages/teal/variant.yaml:4:22
       |
     4 | options: [teal, gui, teal]
       |                      ^^^^
       hint: line 4 has it already"
    `);
  });

  it.each([
    ['base', true],
    ['quay.io/fedora-ostree-desktops/silverblue', true],
    ['quay.io/fedora-ostree-desktops/silverblue:44', true],
    ['localhost:5000/teal/os', true],
    [`quay.io/x/y@sha256:${'0'.repeat(64)}`, true],
    ['quay.io/x/y:{release}', true],
    ['quay.io/x/y:f{release}-{release}', true],
    [`quay.io/x/y:{release}@sha256:${'0'.repeat(64)}`, true],
    [`quay.io/x/y:{release}${'a'.repeat(119)}`, true],
    [`quay.io/x/y:{release}${'a'.repeat(120)}`, false],
    ['quay.io/x/y:-{release}', false],
    ['quay.io/x/y:{name}', false],
    ['quay.io/x/y:release}', false],
    ['quay.io/{release}/y', false],
    ['base:44', false],
    ['Base', false],
    ['../base', false],
    ['/base', false],
    ['docker://quay.io/x/y', false],
    ['"quay.io/x/y:"', false],
    ['quay.io/x/y --all', false],
    ['-v/x', false],
    ['quay.io/X/y', false],
    ['quay.io/x/y@sha256:12', false],
    ['"quay.io/x\\ny"', false],
  ])('from: %s is accepted: %s', (from, accepted) => {
    const { diagnostics } = parse(`name: teal\ndescription: x\nfrom: ${from}\n`);
    expect(diagnostics.map(({ code }) => code)).toEqual(accepted ? [] : ['yaml/wrong-value']);
  });

  it.each([
    ['/etc/x', true],
    ['/etc/x y', true],
    ['/', false],
    ['/etc/', false],
    ['/etc//x', false],
    ['/etc/../x', false],
    ['/etc/./x', false],
    ['/etc/..', false],
    ['/etc/..x', true],
    ['etc/x', false],
    ['"/etc/x\\ny"', false],
  ])('permissions: the path %s is accepted: %s', (path, accepted) => {
    const { diagnostics } = parse(`${minimal}permissions:\n  - path: ${path}\n`);
    expect(diagnostics.map(({ code }) => code)).toEqual(accepted ? [] : ['yaml/wrong-value']);
  });

  it.each(['0', '1000', '65534', '4294967294', 'root', '_x'])('accepts the owner %s', (owner) => {
    expect(errorsOf(`${minimal}permissions:\n  - {path: /a, owner: '${owner}', group: '${owner}'}\n`)).toBe('');
  });

  it('refuses numbers of users and groups that the kernel cannot have', () => {
    expect(errorsOf(`${minimal}permissions:\n  - {path: /a, owner: '4294967296'}\n`)).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: there is no user or group with the number \`4294967296\`
       --> packages/teal/variant.yaml:5:23
       |
     5 |   - {path: /a, owner: '4294967296'}
       |                       ^^^^^^^^^^^^
       hint: the highest is 4294967294"
    `);
    for (const number of ['4294967295', '9999999999', '99999999999', '-1', '00', '0x0']) {
      for (const key of ['owner', 'group']) {
        const text = `${minimal}permissions:\n  - {path: /a, ${key}: '${number}'}\n`;
        expect(parse(text).diagnostics).toMatchObject([{ code: 'yaml/wrong-value', location: { line: 5 } }]);
      }
    }
  });

  it.each([
    ['name', `name: ${'a'.repeat(65)}\ndescription: a\nfrom: cyan\n`],
    ['description', `name: teal\ndescription: ${'a'.repeat(1001)}\nfrom: cyan\n`],
    ['from', `name: teal\ndescription: a\nfrom: quay.io/${'a'.repeat(248)}\n`],
    ['apply', `${minimal}apply: [${'a'.repeat(65)}]\n`],
    ['image', `${minimal}image: ${'a'.repeat(256)}\n`],
    ['options', `${minimal}options: [${'a'.repeat(65)}]\n`],
    ['path', `${minimal}permissions: [{path: ${'/a'.repeat(2048)}}]\n`],
    ['check', `${minimal}allow: [{check: ${'a'.repeat(65)}, reason: a}]\n`],
    ['reason', `${minimal}allow: [{check: a, reason: ${'a'.repeat(1001)}}]\n`],
  ])('refuses a %s that is too long, and does not repeat it', (_, text) => {
    const errors = errorsOf(text).split('\n\n');
    expect(errors.some((error) => / has at most \d+$/m.test(error))).toBe(true);
    for (const error of errors) expect(error.length).toBeLessThan(700);
  });
});
