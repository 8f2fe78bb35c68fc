import { fitTo } from './fit';
import { count, formatBytes, formatDuration, formatMode, quoteNames } from './format';
import { renderTable } from './table';
import { visible, withoutControls } from './visible';

describe('count', () => {
  it.each([
    [0, '0 packages'],
    [1, '1 package'],
    [2, '2 packages'],
  ])('%d', (number, expected) => {
    expect(count(number, 'package')).toBe(expected);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1500, '1.5 kB'],
    [81_400_000, '81 MB'],
    [474_419_200, '474 MB'],
    [5_000_000_000, '5.0 GB'],
    [20e9, '20 GB'],
    [3e15, '3000 TB'],
  ])('%d is %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it.each([
    [40, '0.0 s'],
    [1234, '1.2 s'],
    [59_400, '59 s'],
    [59_900, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('%d ms is %s', (milliseconds, expected) => {
    expect(formatDuration(milliseconds)).toBe(expected);
  });
});

describe('formatMode', () => {
  it.each([
    [0o644, '0644'],
    [0o4755, '4755'],
    [0, '0000'],
    [0o100_644, '0644'],
  ])('%d is %s', (mode, expected) => {
    expect(formatMode(mode)).toBe(expected);
  });
});

describe('renderTable', () => {
  it('aligns the columns, also when a title is the widest of its column', () => {
    const columns = [
      { title: 'WHAT', align: 'left' },
      { title: 'SIZE', align: 'right' },
      { title: 'WHERE', align: 'left' },
    ] as const;
    const rows = [
      ['root filesystem', '474 MB', '/cache'],
      ['key', '9 B', ''],
    ];
    expect(renderTable(columns, rows).join('\n')).toMatchInlineSnapshot(`
"WHAT               SIZE  WHERE
root filesystem  474 MB  /cache
key                 9 B"
`);
  });

  it('has no line of titles when there are none, and none at all without rows', () => {
    const columns = [{ title: '', align: 'left' }] as const;
    expect(renderTable(columns, [['a']])).toEqual(['a']);
    expect(renderTable(columns, [])).toEqual([]);
  });
});

it('names stand between backticks', () => {
  expect(quoteNames(['base', 'cyan'])).toBe('`base`, `cyan`');
});

describe('what programs and images say', () => {
  it.each([
    ['plain – ä 😀', 'plain – ä 😀', 'plain – ä 😀'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m', 'red'],
    ['\u001b]0;title\u0007text', '\\x1b]0;title\\x07text', 'text'],
    ['50%\r100%', '50%\\x0d100%', '50%100%'],
    ['a\tb', 'a\\x09b', 'a\tb'],
    ['\u009b2J', '\\x9b2J', ''],
  ])('%j', (text, seen, stripped) => {
    expect(visible(text)).toBe(seen);
    expect(withoutControls(text)).toBe(stripped);
  });

  it('shows half of a surrogate pair as what it is', () => {
    expect(visible('\ud800')).toBe('\\xd800');
  });
});

describe('fitTo', () => {
  it.each([
    [5, 'abcde', 'abcde'],
    [4, 'abcde', 'abc…'],
    [4, '日本語', '日…'],
    [6, '日本語', '日本語'],
    [1, 'abc', '…'],
  ])('%d columns: %s', (columns, line, expected) => {
    expect(fitTo(columns, line)).toBe(expected);
  });
});
