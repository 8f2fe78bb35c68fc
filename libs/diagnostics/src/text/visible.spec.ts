import { visible, visibleLines, visibleOutput } from './visible';

/** Everything that acts on a terminal, ends a line, or turns the direction of the text around it. */
const HOSTILE = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 0x09 && code !== 0x0a),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0xd800, 0xdfff],
  ...Array.from({ length: 5 }, (_, code) => 0x202a + code),
  ...Array.from({ length: 4 }, (_, code) => 0x2066 + code),
].map((code) => String.fromCharCode(code));

it.each(HOSTILE)('%j reaches no terminal', (character) => {
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
