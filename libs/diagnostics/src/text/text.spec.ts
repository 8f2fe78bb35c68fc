import { fitTo } from './fit';
import { count, formatBytes, formatDuration, formatMode, quoteNames } from './format';
import { renderTable } from './table';

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
  const COLUMN = { title: '', align: 'left' } as const;

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

  it('is as wide as what is shown, and no cell is two lines', () => {
    const columns = [COLUMN, COLUMN];
    expect(
      renderTable(columns, [
        ['/a\n\u001b', 'b'],
        ['/a', 'b'],
      ]),
    ).toEqual(['/a\\x0a\\x1b  b', '/a          b']);
  });

  it('has no line of titles when there are none, and none at all without rows', () => {
    const columns = [COLUMN];
    expect(renderTable(columns, [['a']])).toEqual(['a']);
    expect(renderTable(columns, [])).toEqual([]);
  });
});

it('names stand between backticks', () => {
  expect(quoteNames(['base', 'cyan'])).toBe('`base`, `cyan`');
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
