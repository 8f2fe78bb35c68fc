import { DiagnosticError } from '@immutablue/diagnostics';
import { PACKAGE_LIST_FORMAT, parsePackageList } from './rpm-list';

const line = (name: string, facts = "'MIT';'V';'s.src.rpm';'ab'", lists = ";'a','b(x)',;'/bin/sh',;;") =>
  `'${name}';'1';'2';'noarch';${facts};0${lists}\n`;

it('asks for every text in quotes', () => {
  expect(PACKAGE_LIST_FORMAT).toMatchInlineSnapshot(
    `"%{NAME:shescape};%{VERSION:shescape};%{RELEASE:shescape};%{ARCH:shescape};%{LICENSE:shescape};%{VENDOR:shescape};%{SOURCERPM:shescape};%{SHA256HEADER:shescape};%{EPOCHNUM};[%{PROVIDENAME:shescape},];[%{REQUIRENAME:shescape},];[%{RECOMMENDNAME:shescape},];[%{SUPPLEMENTNAME:shescape},]\\n"`,
  );
});

it('reads a package with all that rpm says of it', () => {
  expect(parsePackageList(line('one'))).toEqual([
    {
      facts: {
        ...{ name: 'one', epoch: 0, version: '1', release: '2', arch: 'noarch' },
        ...{ licence: 'MIT', vendor: 'V', sourceRpm: 's.src.rpm', headerSha256: 'ab' },
      },
      ...{ provides: ['a', 'b(x)'], needs: ['/bin/sh'], supplements: [] },
    },
  ]);
});

it('knows what a package has not', () => {
  const [rpm] = parsePackageList(line('one', '(none);(none);(none);(none)', ';;;;'));
  expect(rpm).toEqual({
    facts: { name: 'one', epoch: 0, version: '1', release: '2', arch: 'noarch' },
    ...{ provides: [], needs: [], supplements: [] },
  });
});

it.each(["it's", 'two\nlines', "';'1';'2';'noarch'", "\\'\n'one';", 'a;b,c', '(none)', ''])(
  'a licence %j ends nothing before its time',
  (licence) => {
    const quoted = `'${licence.replaceAll("'", String.raw`'\''`)}'`;
    const packages = parsePackageList(`${line('one', `${quoted};(none);(none);(none)`)}${line('two')}`);
    expect(packages.map(({ facts }) => facts.name)).toEqual(['one', 'two']);
    expect(packages[0]?.facts.licence).toBe(licence);
  },
);

it('knows the names in conditions', () => {
  const lists = ";;'(one if (two >= 2 or three))',;'four',;'(five and six)',";
  expect(parsePackageList(line('one', "'M';'V';'s';'a'", lists))).toMatchObject([
    { needs: ['one', 'two', 'three', 'four'], supplements: ['five', 'six'] },
  ]);
});

it('leaves out keys, empty lines and warnings', () => {
  const text = `warning: the database is old\n\n${line('gpg-pubkey')}${line('one')}warning: once more\n${line('two')}`;
  expect(parsePackageList(text.trimEnd()).map(({ facts }) => facts.name)).toEqual(['one', 'two']);
});

it.each([
  'error: cannot open the database',
  line('one').slice(0, 20),
  line('one').replace(';0;', ';x;'),
  line('one').replace("'MIT'", "'MIT' "),
])('refuses %j', (text) => {
  expect(() => parsePackageList(`${line('one')}${text}\n${line('two')}`)).toThrow(DiagnosticError);
});
