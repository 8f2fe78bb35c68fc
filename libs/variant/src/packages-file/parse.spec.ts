import { buildOptions, releases, variantName } from '../testing/names';
import { render } from '../testing/render';
import { type PackageList } from './packages';
import { parsePackages } from './parse';

const parse = (text: string) =>
  parsePackages({
    file: 'packages/cyan/packages.yaml',
    text,
    variant: variantName('cyan'),
    options: buildOptions('gui', 'silverblue', 'cyan'),
    releases: releases('43', '44'),
  });
const errorsOf = (text: string) => render(parse(text).diagnostics);

describe('parsePackages', () => {
  it('keeps the place and the variant of each entry', () => {
    const { value, diagnostics } = parse('immutablue:\n  rpm_gui:\n    44_x86_64: [tmux, "git"] # tools\n');
    expect(diagnostics).toEqual([]);
    const place = { file: 'packages/cyan/packages.yaml', line: 3, text: '    44_x86_64: [tmux, "git"] # tools' };
    expect(value?.lists.rpm).toEqual([
      {
        key: { option: 'gui' },
        section: { release: '44', architecture: 'x86_64' },
        entries: [
          { value: 'tmux', location: { ...place, column: 17, length: 4 }, variant: 'cyan' },
          { value: 'git', location: { ...place, column: 23, length: 5 }, variant: 'cyan' },
        ],
      },
    ]);
  });

  it.each([
    ['nothing below the top key', 'immutablue:\n'],
    ['an empty map', 'immutablue: {}\n'],
    ['a list key without sections', 'immutablue:\n  rpm:\n'],
    ['a section without a list', 'immutablue:\n  rpm:\n    all:\n    44: []\n'],
    ['a group without keys', 'immutablue:\n  brew:\n  nix: {install: }\n'],
    ['values for releases without any', 'immutablue:\n  lts_version:\n'],
  ])('accepts %s', (_, text) => {
    const { value, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(
      Object.values(value?.lists ?? {}).flatMap((lists: readonly PackageList<unknown>[]) =>
        lists.flatMap(({ entries }) => entries),
      ),
    ).toEqual([]);
  });

  it('reads lists through aliases and merge keys', () => {
    const { value, diagnostics } = parse(`immutablue:
  rpm: &tools
    all: &list [tmux]
  rpm_gui: *tools
  rpm_cyan:
    <<: *tools
    44: *list
`);
    expect(diagnostics).toEqual([]);
    expect(value?.lists.rpm.map(({ key, section, entries }) => [key, section, entries[0]?.value])).toEqual([
      [{}, {}, 'tmux'],
      [{ option: 'gui' }, {}, 'tmux'],
      [{ option: 'cyan' }, { release: '44' }, 'tmux'],
      [{ option: 'cyan' }, {}, 'tmux'],
    ]);
  });

  it('reports all that is wrong at once, in the order of the file', () => {
    expect(
      errorsOf(`immutablue:
  rmp:
    all: [git]
  rpm_cyna:
    all: [git]
  rpm:
    44x: [git]
    42: [git]
    all:
      - 7
      - --nogpgcheck
      -
      - [tmux]
  rpm_x86_64:
    all_aarch64: [git]
  rpm_url:
    - https://example.org/a.rpm
  file_rm:
    all: /etc/motd
  repo_urls:
    all:
      - name: ../x.repo
        urls: https://example.org/x.repo
  lts_version:
    44: 6.10
    all: '6.12'
  brew:
    instal: {all: [git]}
`),
    ).toMatchInlineSnapshot(`
     "error[yaml/unknown-key]: unknown key \`rmp\`
       --> packages/cyan/packages.yaml:2:3
       |
     2 |   rmp:
       |   ^^^
       hint: did you mean \`rpm\`?

     error[family/unknown-option]: \`rpm_cyna\`: unknown build option \`cyna\`
       --> packages/cyan/packages.yaml:4:3
       |
     4 |   rpm_cyna:
       |   ^^^^^^^^
       hint: did you mean \`cyan\`?

     error[yaml/unknown-key]: unknown section \`44x\`
       --> packages/cyan/packages.yaml:7:5
       |
     7 |     44x: [git]
       |     ^^^
       hint: sections are \`all\`, \`43\`, \`44\`, alone or followed by \`_x86_64\` or \`_aarch64\`

     error[yaml/unknown-key]: \`42\` is not a release of this workspace
       --> packages/cyan/packages.yaml:8:5
       |
     8 |     42: [git]
       |     ^^
       hint: sections are \`all\`, \`43\`, \`44\`, alone or followed by \`_x86_64\` or \`_aarch64\`

     error[yaml/wrong-value]: expected a string, found a number
        --> packages/cyan/packages.yaml:10:9
        |
     10 |       - 7
        |         ^
       hint: put it in quotes: \`'7'\`

     error[yaml/wrong-value]: \`--nogpgcheck\` is not the name of an RPM
        --> packages/cyan/packages.yaml:11:9
        |
     11 |       - --nogpgcheck
        |         ^^^^^^^^^^^^
       hint: a name alone: no options of the package manager, spaces, patterns or groups; an address belongs to \`rpm_url\`

     error[yaml/wrong-value]: expected a string, found nothing
        --> packages/cyan/packages.yaml:12:8
        |
     12 |       -
        |        ^
       hint: write a value, or remove the line

     error[yaml/wrong-value]: expected a string, found a list
        --> packages/cyan/packages.yaml:13:9
        |
     13 |       - [tmux]
        |         ^^^^^^

     error[yaml/wrong-value]: this list can never count: its key is for x86_64, its section for aarch64
        --> packages/cyan/packages.yaml:15:5
        |
     15 |     all_aarch64: [git]
        |     ^^^^^^^^^^^
       hint: state the architecture once

     error[yaml/wrong-value]: expected a map, found a list
        --> packages/cyan/packages.yaml:17:5
        |
     17 |     - https://example.org/a.rpm
        |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       hint: put the list below a section: \`rpm_url: {all: […]}\`

     error[yaml/wrong-value]: expected a list, found a string
        --> packages/cyan/packages.yaml:19:10
        |
     19 |     all: /etc/motd
        |          ^^^^^^^^^
       hint: write \`[/etc/motd]\`

     error[yaml/wrong-value]: \`../x.repo\` is not the name of a repository file
        --> packages/cyan/packages.yaml:22:15
        |
     22 |       - name: ../x.repo
        |               ^^^^^^^^^
       hint: a plain file name that ends with \`.repo\`: it is saved in /etc/yum.repos.d

     error[yaml/unknown-key]: unknown key \`urls\`
        --> packages/cyan/packages.yaml:23:9
        |
     23 |         urls: https://example.org/x.repo
        |         ^^^^
       hint: did you mean \`url\`?

     error[yaml/wrong-value]: expected a string, found a number
        --> packages/cyan/packages.yaml:25:9
        |
     25 |     44: 6.10
        |         ^^^^
       hint: put it in quotes: \`'6.10'\`

     error[yaml/unknown-key]: \`lts_version\` has one value for each release, and \`all\` is none
        --> packages/cyan/packages.yaml:26:5
        |
     26 |     all: '6.12'
        |     ^^^
       hint: known here: \`43\`, \`44\`

     error[yaml/unknown-key]: unknown key \`instal\`
        --> packages/cyan/packages.yaml:28:5
        |
     28 |     instal: {all: [git]}
        |     ^^^^^^
       hint: did you mean \`install\`?"
    `);
  });

  it('reports a file that holds something else', () => {
    expect(errorsOf('')).toMatchInlineSnapshot(`
     "error[yaml/missing-key]: the file is empty
       --> packages/cyan/packages.yaml:1:1
       hint: write \`immutablue:\`, with nothing below it if the variant adds no packages"
    `);
    expect(errorsOf('- rpm\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: expected a map, found a list
       --> packages/cyan/packages.yaml:1:1
       |
     1 | - rpm
       | ^^^^^"
    `);
    expect(errorsOf('{}\n')).toMatchInlineSnapshot(`
     "error[yaml/missing-key]: the key \`immutablue\` is missing
       --> packages/cyan/packages.yaml:1:1
       |
     1 | {}
       | ^^
       hint: all keys stand below \`immutablue:\`"
    `);
    expect(errorsOf('rpm:\n  all: [git]\n')).toMatchInlineSnapshot(`
     "error[yaml/unknown-key]: unknown key \`rpm\`
       --> packages/cyan/packages.yaml:1:1
       |
     1 | rpm:
       | ^^^
       hint: all keys stand below \`immutablue:\`"
    `);
    expect(errorsOf('immutablue: [rpm]\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: expected a map, found a list
       --> packages/cyan/packages.yaml:1:13
       |
     1 | immutablue: [rpm]
       |             ^^^^^"
    `);
  });

  it('says once what is wrong with a value that has aliases', () => {
    const { diagnostics } = parse('immutablue:\n  rpm: &x {all: [-x]}\n  rpm_gui: *x\n  rpm_cyan: *x\n');
    expect(diagnostics).toHaveLength(1);
  });

  it('gives no value beside diagnostics', () => {
    expect(parse('immutablue:\n  rpm: {all: [git]}\n  rmp:\n')).not.toHaveProperty('value');
  });
});
