import { addSamples, median, summarise } from './statistics';

it.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[10, 2, 4, 100], 7],
])('takes the middle of %j', (values, expected) => {
  expect(median(values)).toBe(expected);
});

it('has no median of nothing', () => {
  expect(() => median([])).toThrow('nothing');
});

it('summarises samples', () => {
  const samples = [1, 9, 2].map((seconds) => ({ seconds, writtenBytes: seconds * 10 }));
  expect(summarise(samples)).toEqual({ repetitions: 3, seconds: 2, fastest: 1, slowest: 9, writtenBytes: 20 });
});

it('adds parts', () => {
  const sum = addSamples({ seconds: 1, writtenBytes: 2 }, { seconds: 3, writtenBytes: 4 });
  expect(sum).toEqual({ seconds: 4, writtenBytes: 6 });
});
