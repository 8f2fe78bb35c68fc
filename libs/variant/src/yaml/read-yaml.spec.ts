import { render } from '../testing/render';
import { readYaml } from './read-yaml';
import { toData } from './source-node';

const read = (text: string) => readYaml('a.yaml', text);
const dataOf = (text: string) => {
  const { root, diagnostics } = read(text);
  expect(render(diagnostics)).toBe('');
  return root === undefined ? undefined : toData(root);
};
const errorsOf = (text: string) => render(read(text).diagnostics);

describe('readYaml', () => {
  it.each([
    ['an empty file', '', undefined],
    ['only comments', '# nothing\n\n# here\n', undefined],
    ['only a document marker', '---\n', undefined],
    ['a byte order mark', '\uFEFFa: 1\n', { a: 1 }],
    ['Windows line breaks', 'a:\r\n  - b\r\n  - c\r\n', { a: ['b', 'c'] }],
    ['old Mac line breaks', 'a:\r- b\r', { a: ['b'] }],
    ['no line break at the end', 'a: b', { a: 'b' }],
    ['numbers as keys', '44: a\n43: b\n', { 44: 'a', 43: 'b' }],
    ['YAML 1.2 words', 'a: yes\nb: on\nc: 012\nd: ~\ne:\n', { a: 'yes', b: 'on', c: 12, d: null, e: null }],
    ['an empty string', "a: ''\n", { a: '' }],
    ['an item that is not there', 'a:\n  -\n  - b\n', { a: [null, 'b'] }],
    ['a pair in a list', 'a: [b: 1]\n', { a: [{ b: 1 }] }],
    ['a key named like an object property', '__proto__: 1\n', JSON.parse('{"__proto__": 1}')],
  ])('reads %s', (_, text, expected) => {
    expect(dataOf(text)).toEqual(expected);
  });

  it.each([
    ['an alias', 'a: &x [1, 2]\nb: *x\n', { a: [1, 2], b: [1, 2] }],
    ['an alias as a key', 'a: &x b\n*x : c\n', { a: 'b', b: 'c' }],
    ['an anchor that is given again', 'a: &x 1\nb: &x 2\nc: *x\n', { a: 1, b: 2, c: 2 }],
    ['a merge key', 'a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\n', { a: { k: 1, l: 2 }, b: { k: 1, l: 3 } }],
    ['a list of merged maps', 'a: {<<: [{k: 1}, {k: 2, l: 2}]}\n', { a: { k: 1, l: 2 } }],
    ['a quoted merge key as a plain key', "a: {'<<': 1}\n", { a: { '<<': 1 } }],
  ])('follows %s', (_, text, expected) => {
    const data = dataOf(text);
    expect(data).toEqual(expected);
  });

  it('places a value where it is written, not where its alias is', () => {
    const { root } = read('a: &x first\nb: *x # again\n');
    const value = root?.kind === 'map' ? root.entries[1]?.value : undefined;
    expect(value?.location).toEqual({ file: 'a.yaml', line: 1, column: 7, length: 5, text: 'a: &x first' });
  });

  it.each([
    ['\uFEFFa: b\r\nc: d\r\n', { line: 2, column: 4, length: 1, text: 'c: d' }],
    ['a: b\nc: "d" # comment\n', { line: 2, column: 4, length: 3, text: 'c: "d" # comment' }],
    ['a: b\nc: |\n  d\n  e\n', { line: 2, column: 4, length: 1, text: 'c: |' }],
    ['a: b\nc:\n', { line: 2, column: 1, length: 1, text: 'c:' }],
  ])('places the last value of %j', (text, location) => {
    const { root } = read(text);
    expect(root?.kind === 'map' && root.entries[1]?.value.location).toEqual({ file: 'a.yaml', ...location });
  });

  it('reports what is not YAML', () => {
    expect(errorsOf('a: [1\nb: 2\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Flow sequence in block collection must be sufficiently indented and end with a ]
       --> a.yaml:2:1
       |
     2 | b: 2
       | ^
       hint: look at the indentation, and for a bracket or quote that was not closed above"
    `);
    expect(errorsOf('a:\n\t- b\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Tabs are not allowed as indentation
       --> a.yaml:2:1
       |
     2 |  - b
       | ^
       hint: indent with spaces"
    `);
    expect(errorsOf('a: @b\nb: %c\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Plain value cannot start with reserved character @
       --> a.yaml:1:4
       |
     1 | a: @b
       |    ^
       hint: put the value in quotes

     error[yaml/syntax]: Plain value cannot start with directive indicator character %
       --> a.yaml:2:4
       |
     2 | b: %c
       |    ^
       hint: put the value in quotes"
    `);
    expect(errorsOf('a: "b\nc: d\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: the quote is not closed
       --> a.yaml:1:4
       |
     1 | a: "b
       |    ^^"
    `);
    expect(errorsOf('a: b: c\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Nested mappings are not allowed in compact mappings
       --> a.yaml:1:4
       |
     1 | a: b: c
       |    ^
       hint: put a value that holds \`: \` in quotes, and look at the indentation"
    `);
    expect(errorsOf('rpm\nother: 1\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Implicit keys need to be on a single line
       --> a.yaml:1:1
       |
     1 | rpm
       | ^^^
       hint: a key ends with \`:\` on its own line: look for a missing colon and at the indentation"
    `);
    expect(errorsOf('a: 1\n---\nb: 2\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: more than one YAML document
       --> a.yaml:2:1
       |
     2 | ---
       | ^
       hint: keep the first document and remove the line \`---\` before this one"
    `);
    expect(errorsOf('a: !secret x\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: Unresolved tag: !secret
       --> a.yaml:1:4
       |
     1 | a: !secret x
       |    ^^^^^^^
       hint: remove the tag: values are plain strings, lists and maps here"
    `);
  });

  it('reports characters that would act on a terminal, and does not show them', () => {
    expect(errorsOf('a: b\nc: \u001b[31md\u009b\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: a control character
       --> a.yaml:2:4
       |
     2 | c: �[31md�
       |    ^
       hint: remove it"
    `);
    expect(errorsOf('"\\e[31m": 1\n"\\e[31m": 2\n')).toContain('the key `\\x1b[31m` is there twice');
  });

  it('reports every key that is there twice', () => {
    expect(errorsOf('a: 1\nb: {c: 1, c: 2}\n"a": 3\n')).toMatchInlineSnapshot(`
     "error[yaml/duplicate-key]: the key \`c\` is there twice
       --> a.yaml:2:11
       |
     2 | b: {c: 1, c: 2}
       |           ^
       hint: it is on line 2 already: join the two

     error[yaml/duplicate-key]: the key \`a\` is there twice
       --> a.yaml:3:1
       |
     3 | "a": 3
       | ^^^
       hint: it is on line 1 already: join the two"
    `);
  });

  it('takes a number and the same text as one key', () => {
    expect(errorsOf('44: a\n"44": b\n')).toContain('the key `44` is there twice');
  });

  it('reports aliases that lead nowhere or to themselves', () => {
    expect(errorsOf('a: &tools [b]\nc: *tool\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: the alias \`*tool\` has no anchor \`&tool\` before it
       --> a.yaml:2:4
       |
     2 | c: *tool
       |    ^^^^^
       hint: did you mean \`tools\`?"
    `);
    expect(errorsOf('a: *x\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: the alias \`*x\` has no anchor \`&x\` before it
       --> a.yaml:1:4
       |
     1 | a: *x
       |    ^^
       hint: there is no anchor before it"
    `);
    expect(errorsOf('a: &x [*x]\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: the alias \`*x\` is within the value that it stands for
       --> a.yaml:1:8
       |
     1 | a: &x [*x]
       |        ^^"
    `);
    expect(errorsOf('a: {<<: 1}\n')).toMatchInlineSnapshot(`
     "error[yaml/wrong-value]: the merge key \`<<\` needs a map, or a list of maps
       --> a.yaml:1:5
       |
     1 | a: {<<: 1}
       |     ^^"
    `);
    expect(errorsOf('[a]: 1\n')).toMatchInlineSnapshot(`
     "error[yaml/syntax]: a key must be a word, not a list
       --> a.yaml:1:1
       |
     1 | [a]: 1
       | ^^^"
    `);
  });

  it('reports aliases that multiply, once', () => {
    const levels = Array.from({ length: 30 }, (_, index) =>
      index === 0
        ? 'a0: &a0 [x]'
        : `a${index}: &a${index} [${Array(10)
            .fill(`*a${index - 1}`)
            .join(', ')}]`,
    );
    expect(errorsOf(levels.join('\n'))).toMatchInlineSnapshot(`
     "error[yaml/syntax]: the aliases of this file stand for more than 10000 values
       --> a.yaml:5:25
       |
     5 | a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]
       |                         ^^^
       hint: write the lists out: aliases of lists that hold aliases multiply"
    `);
  });

  it('lets many aliases of small values pass', () => {
    const text = `a: &x b\nc: [${Array(5000).fill('*x').join(', ')}]\n`;
    expect(dataOf(text)).toHaveProperty('c.length', 5000);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['dashes', `${'- '.repeat(100_000)}a`],
    ['maps', '{a: '.repeat(100_000)],
    ['indentation', Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ])('reports a hundred thousand nested %s instead of dying of them', (_, text) => {
    expect(read(text).diagnostics).toMatchObject([
      { code: 'yaml/syntax', message: 'values are nested more than 50 levels deep' },
    ]);
  });

  it('has nothing to say about 50 levels', () => {
    expect(read(`${'['.repeat(49)}${']'.repeat(49)}`).diagnostics).toEqual([]);
  });
});
