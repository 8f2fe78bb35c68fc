import { HOSTILE_CHARACTERS, HOSTILE_TEXTS } from '../testing/hostile';
import { UNSAFE } from '../testing/clear';
import { renderDiagnostic } from '../render';
import { visible, visibleLines, visibleOutput } from './visible';

it.each(HOSTILE_CHARACTERS)('%j reaches no terminal', (character) => {
  const text = `a${character}b`;
  for (const shown of [visible(text), visibleLines(text), visibleOutput(text)]) expect(shown).not.toContain(character);
  expect(visible(text)).toMatch(/^a\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})b$/);
});

it.each([
  ['plain – ä 😀', 'plain – ä 😀', 'plain – ä 😀'],
  ['family 👨‍👩‍👧, עברית', 'family 👨‍👩‍👧, עברית', 'family 👨‍👩‍👧, עברית'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m', 'red'],
  ['\u001b]0;title\u0007text', '\\x1b]0;title\\x07text', 'text'],
  ['a\tb', 'a\\x09b', 'a\tb'],
  ['a\nb', 'a\\x0ab', 'a\nb'],
  ['\u009b2J', '\\x9b2J', ''],
  ['\u001bc', '\\x1bc', ''],
  ['\u202egnp.exe', '\\u202egnp.exe', '\\u202egnp.exe'],
  ['bell\u0007', 'bell\\x07', 'bell\\x07'],
  ['https://me:pass@example.org/', 'https://***@example.org/', 'https://***@example.org/'],
])('%j', (text, seen, said) => {
  expect(visible(text)).toBe(seen);
  expect(visibleOutput(text)).toBe(said);
});

it('shows a name that is not UTF-8 byte by byte', () => {
  expect(visible(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\\xffb');
  expect(visible(Buffer.from('grün\n'))).toBe('grün\\x0a');
});

describe('a progress line', () => {
  it.each([
    ['10%\r20%\r', '20%'],
    ['50%\r100%', '100%'],
    ['50%\r\u001b[K100%\r\n', '100%'],
    ['[dnf] 1/2\r\r\r', '[dnf] 1/2'],
    ['|\b/\b-\b done', ' done'],
    ['\r', ''],
    ['a\r\nb\rc\r\n', 'a\nc'],
  ])('%j shows its last state', (output, shown) => {
    expect(visibleOutput(output)).toBe(shown.replace(/\n$/, ''));
  });
});

it('is quick with a line of megabytes', () => {
  const line = `https://${'a:'.repeat(500_000)}\r\b`;
  const started = performance.now();
  visibleOutput(line);
  expect(performance.now() - started).toBeLessThan(2000);
});

describe('a text from outside', () => {
  it.each(HOSTILE_TEXTS)('%j acts nowhere', (text) => {
    expect(visible(text)).not.toMatch(UNSAFE);
    expect(visible(text)).not.toContain('\n');
    for (const shown of [visibleLines(text), visibleOutput(text)])
      expect(shown.replaceAll('\t', ' ')).not.toMatch(UNSAFE);
  });

  it.each(HOSTILE_TEXTS)('%j in every field of a diagnostic leaves its form', (text) => {
    // A name of a file is no address.
    const location = { file: `/w/${text.replaceAll('hunter2', '')}`, line: 1, column: 1, text, length: 1 };
    const rendered = renderDiagnostic(
      { code: 'yaml/syntax', message: text, location, notes: [text], hint: text },
      { root: '/w', colors: 'never' },
    );
    expect(rendered.replaceAll('\t', ' ')).not.toMatch(UNSAFE);
    expect(rendered).toMatch(/^error\[yaml\/syntax\]: /);
    expect(rendered.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
  });
});
