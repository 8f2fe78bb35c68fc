import { document, element, escapeXml } from './xml';

describe('escapeXml', () => {
  it.each([
    [`<a b="c">'&'</a>`, '&lt;a b=&quot;c&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;'],
    ['a\tb\nc', 'a\tb\nc'],
    ['\u0000\u001b[31m\u0007', '\\x00\\x1b[31m\\x07'],
    ['\ud800 \uffff', '\\ud800 \\uffff'],
    ['a\rb \u009b2J \u202egnp', 'a\\x0db \\x9b2J \\u202egnp'],
    ['https://me:pass@example.org', 'https://***@example.org'],
    ['ä → 😀', 'ä → 😀'],
  ])('%j', (text, expected) => {
    expect(escapeXml(text)).toBe(expected);
  });
});

it('keeps line breaks in attributes', () => {
  expect(element('a', { b: 'x\ny', c: 1 })).toBe('<a b="x&#10;y" c="1"/>');
});

it('writes a document', () => {
  expect(document(element('a', {}, ['b']))).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<a>\nb\n</a>\n');
});
