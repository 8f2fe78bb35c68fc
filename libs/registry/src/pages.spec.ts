import { nextPage } from './pages';

it.each([
  ['</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
  ['</one>; rel=prev, </two>; title="x"; rel=next', '/two'],
  ['</one>; rel="prev next"', '/one'],
  ['</one>; rel="nextish"', undefined],
  ['</one>', undefined],
  ['/one; rel="next"', undefined],
  ['', undefined],
  [undefined, undefined],
])('follows %p to %p', (link, target) => {
  expect(nextPage(link)).toBe(target);
});

it('reads a long header that is none in a moment', () => {
  const started = performance.now();
  for (const piece of ['<', '<>;', ' rel="', '<a>;rel="x '] as const) nextPage(piece.repeat(8000));
  expect(performance.now() - started).toBeLessThan(1000);
});
