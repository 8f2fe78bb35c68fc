import { placeResults } from './document';
import { readOptions } from './options';
import { renderReport, type Origin } from './report';

const origin: Origin = { machine: '2 × a processor', command: 'npm run bench', date: '2026-11-24', repetitions: 5 };
const summary = { repetitions: 5, seconds: 2, fastest: 1, slowest: 3, writtenBytes: 1.5e6 };

it('has a row for each scenario, with ratios of what was measured', () => {
  const layers = { ...summary, seconds: 8 };
  const text = renderReport(
    [{ scenario: 'x', title: 'an edit', summaries: { ours: summary, layers }, floor: { what: 'nx', seconds: 1 } }],
    [{ target: 'fast', found: 0.25, verdict: 'pass' }],
    origin,
  );
  const cells = (start: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`| ${start}`))
      ?.split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  expect(cells('an edit')).toEqual([
    'an edit',
    '2.00 s (3.00)',
    '8.00 s (3.00)',
    '',
    '0.25',
    '',
    '1.5 MB',
    '1.5 MB',
    '',
    '1.00 s: nx',
  ]);
  expect(cells('fast')).toEqual(['fast', '0.25', 'pass']);
  expect(text).not.toContain('Fewer than');
});

it('says when there were too few repetitions', () => {
  expect(renderReport([], [], { ...origin, repetitions: 1 })).toContain('Fewer than 5: a first look, no result.');
});

it('replaces the results in a page and nothing else', () => {
  const page = placeResults('# A\n\ntext\n', 'first');
  expect(page).toContain('first');
  const again = placeResults(`${page}\nafter\n`, 'second');
  expect(again).toContain('second');
  expect(again).not.toContain('first');
  expect(again).toMatch(/^# A\n\ntext\n/);
  expect(again.endsWith('after\n')).toBe(true);
});

it('reads the command line', () => {
  expect(readOptions([], ['a'])).toEqual({ repetitions: 5, only: [], output: 'print' });
  expect(readOptions(['--repeat', '1', '--only', 'a,b', '--write'], ['a', 'b'])).toEqual({
    repetitions: 1,
    only: ['a', 'b'],
    output: 'write',
  });
  expect(() => readOptions(['--only', 'c'], ['a', 'b'])).toThrow('expected a, b');
  expect(() => readOptions(['--repeat', '0'], [])).toThrow('a number from 1');
});
