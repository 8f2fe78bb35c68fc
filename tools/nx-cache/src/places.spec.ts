import { generateKeyPair, openSigningKey } from '@immutablue/signing';
import { placesOf, type Places } from './places';

const key = openSigningKey(generateKeyPair(undefined).privateKey, undefined, { key: 'KEY', password: 'PASSWORD' });
const main = { registry: 'quay.io', repository: 'immutablue/nx-cache' };
const pull = { registry: 'quay.io', repository: 'immutablue/nx-cache-7' };

/** Where results come from and go to; what has to be signed, and what is, with an asterisk. */
function words({ sources, target }: Places): string {
  const from = sources.map(({ repository, trust }) => `${repository}${trust.kind === 'signed' ? '*' : ''}`);
  const to = target === undefined ? 'nowhere' : `${target.repository}${target.key === undefined ? '' : '*'}`;
  return `${from.join(', ')} > ${to}`;
}

it.each([
  ['reads', undefined, undefined, 'immutablue/nx-cache > nowhere'],
  ['reads', undefined, key.publicKey, 'immutablue/nx-cache* > nowhere'],
  ['reads and writes', main, undefined, 'immutablue/nx-cache > immutablue/nx-cache'],
  ['reads and writes', main, key.publicKey, 'immutablue/nx-cache* > immutablue/nx-cache*'],
  ['writes elsewhere', pull, undefined, 'immutablue/nx-cache, immutablue/nx-cache-7 > immutablue/nx-cache-7'],
  ['writes elsewhere', pull, key.publicKey, 'immutablue/nx-cache*, immutablue/nx-cache-7 > immutablue/nx-cache-7'],
])('%s', async (_what, written, publicKey, expected) => {
  const signingKey = () => Promise.resolve(key);
  expect(words(await placesOf({ trusted: main, written, publicKey, signingKey }))).toBe(expected);
});
