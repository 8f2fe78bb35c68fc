import { ENDED_CLAIM, judgeClaim, newClaimId, readClaim, writeClaim, type ClaimState, type Sighting } from './claim';

const [id, other] = [newClaimId(), newClaimId()];
const [claim, renewed, taken] = [writeClaim(id, '0'), writeClaim(id, '1'), writeClaim(other, '0')];
const foreign = { ...claim, bytes: Buffer.from('{"artifactType":"application/vnd.immutablue.cache-entry.v1"}') };
const SILENCE = 100;

it('reads who claims', () => {
  expect([claim, renewed, taken, ENDED_CLAIM, foreign].map(({ bytes }) => readClaim(bytes))).toEqual([
    ...[id, id, other],
    ...[undefined, undefined],
  ]);
  expect(readClaim(Buffer.from('{'))).toBeUndefined();
});

/** First seen at 1000. */
const before: Sighting = { digest: claim.digest, since: 1000 };
const held = ({ digest }: typeof claim, since: number): ClaimState => ({ kind: 'held', sighting: { digest, since } });

it.each<[string, typeof claim | undefined, Sighting | undefined, number, ClaimState]>([
  ['none', undefined, undefined, 1000, { kind: 'free' }],
  ['one that was removed', undefined, before, 1010, { kind: 'free' }],
  ['one that has ended', ENDED_CLAIM, before, 1010, { kind: 'free' }],
  ['something else under its tag', foreign, undefined, 1000, { kind: 'free' }],
  ['something else that stands still', foreign, before, 9000, { kind: 'free' }],
  ['one that is new, however old', claim, undefined, 1000, held(claim, 1000)],
  ['one that stands still for a while', claim, before, 1099, held(claim, 1000)],
  ['one that stands still', claim, before, 1100, { kind: 'abandoned' }],
  ['one that was renewed', renewed, before, 1050, held(renewed, 1050)],
  ['one that was renewed after a long time', renewed, before, 9000, held(renewed, 9000)],
  ['that of a third one', taken, before, 9000, held(taken, 9000)],
])('%s', (_, found, seen, now, state) => {
  expect(judgeClaim(found, seen, now, SILENCE)).toEqual(state);
});
