import type { LockSelection } from '@immutablue/variant';
import { parseDefinition } from '../run/repository-definition';
import { addressesOfDefinition } from './address';

const SELECTION = { release: '44', architecture: 'x86_64' } as Pick<LockSelection, 'release' | 'architecture'>;

const DEFINITION = `[one]
baseurl=https://a.example/$releasever/ https://b.example/$basearch
gpgkey=https://keys.example/one https://a.example/one file:///etc/pki/one
[off]
enabled = False
baseurl=https://off.example
[mirrored]
metalink=https://m.example/metalink?repo=x-$releasever&arch=$basearch
mirrorlist=https://m.example/$mine
`;

it('names what the repositories that are on lead to, as far as the definition tells', () => {
  const found = addressesOfDefinition(parseDefinition(DEFINITION, SELECTION), ({ line, column }) => ({
    file: '/w/own.repo',
    line,
    column,
  }));
  const shown = found.flatMap(({ id, metadata, keys }) =>
    [...metadata, ...keys].map(({ url, location }) => `${id} ${location.line}:${location.column} ${url}`),
  );
  expect(shown).toEqual([
    'one 2:9 https://a.example/44/repodata/repomd.xml',
    'one 2:40 https://b.example/x86_64/repodata/repomd.xml',
    'one 3:8 https://keys.example/one',
    'one 3:33 https://a.example/one',
    'one 3:55 file:///etc/pki/one',
    'mirrored 8:10 https://m.example/metalink?repo=x-44&arch=x86_64',
  ]);
});

it('gives credentials to the servers of a repository, and not to others, which have its keys', () => {
  const [one] = addressesOfDefinition(
    parseDefinition(DEFINITION, SELECTION),
    () => ({ file: '/w/own.repo', line: 1, column: 1 }),
    'repo-token',
  );
  expect(one?.metadata.map(({ secret }) => secret)).toEqual(['repo-token', 'repo-token']);
  expect(one?.keys.map(({ secret }) => secret)).toEqual([undefined, 'repo-token', undefined]);
});
