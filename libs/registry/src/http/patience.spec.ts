import { askedPause, DEFAULT_PATIENCE, isTransientStatus, pauseAfter } from './patience';

it('tries again what may succeed then, and nothing else', () => {
  const statuses = [200, 400, 401, 403, 404, 405, 408, 409, 413, 416, 429, 500, 501, 502, 503, 504, 505, 507];
  expect(statuses.filter(isTransientStatus)).toEqual([408, 416, 429, 500, 502, 503, 504]);
});

const NOON = 'Sun, 06 Nov 2050 12:00:00 GMT';

it.each([
  ['3', undefined, 3000],
  // The clock of the server counts, not that of this machine.
  ['Sun, 06 Nov 2050 12:00:09 GMT', NOON, 9000],
  ['Sun, 06 Nov 2050 11:00:00 GMT', NOON, 0],
  ['Sun, 06 Nov 2050 12:00:09 GMT', undefined, undefined],
  ['soon', NOON, undefined],
  ['-1', undefined, undefined],
  [undefined, NOON, undefined],
])('waits after Retry-After %p, date %p: %p', (retryAfter, date, pause) => {
  expect(askedPause(retryAfter, date)).toBe(pause);
});

it.each([
  [1, undefined, 0, 250],
  [1, undefined, 1, 500],
  [2, undefined, 1, 1000],
  [4, undefined, 1, 4000],
  [1, 7000, 1, 7000],
  [20, undefined, 1, 60_000],
  [1, 1e12, 0, 60_000],
])('pauses after %p failures, asked for %p, at random %p: %p', (failures, asked, random, pause) => {
  expect(pauseAfter(failures, asked, DEFAULT_PATIENCE, random)).toBe(pause);
});
