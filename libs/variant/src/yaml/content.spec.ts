import { yamlContent } from './content';

const TEXT = `name: cyan
rpm:
  all:
    - "a # b"
    - c#d
`;

it.each([
  ['a comment line', TEXT.replace('rpm:', '# why\nrpm:')],
  ['a comment behind a value', TEXT.replace('name: cyan', 'name: cyan  # why')],
  ['an indented comment between entries', TEXT.replace('    - c#d', '      # why\n\n    - c#d')],
  ['a comment at the end', `${TEXT}# why`],
  ['another comment', TEXT.replace('rpm:', '# why not\nrpm:')],
  ['line ends of another system', TEXT.replaceAll('\n', '\r\n')],
])('is the same with %s', (_, text) => {
  expect(yamlContent(text)).toBe(yamlContent(TEXT));
});

it.each([
  ['what looks like a comment in quotes', TEXT.replace('a # b', 'a # c')],
  ['what looks like a comment in a word', TEXT.replace('c#d', 'c#e')],
  ['another value', TEXT.replace('cyan', 'teal')],
  ['an entry that becomes a comment', TEXT.replace('    - c#d', '    # - c#d')],
  ['quotes, which make a text of it', TEXT.replace('c#d', '"c#d"')],
  ['another indentation', TEXT.replace('rpm:\n  all:', 'rpm:\nall:')],
])('is another with %s', (_, text) => {
  expect(yamlContent(text)).not.toBe(yamlContent(TEXT));
});

it.each([
  ['a: |\n  # one\n', 'a: |\n  # two\n'],
  ['a: |\n  one\n\n  two\n', 'a: |\n  one\n  two\n'],
  ['a: "one\n  # two"\n', 'a: "one\n  # three"\n'],
])('keeps what is in a scalar of several lines: %j', (left, right) => {
  expect(yamlContent(left)).not.toBe(yamlContent(right));
});

it('takes what is no YAML', () => {
  expect(yamlContent('a: [\n\t{ "')).not.toBe('');
});
