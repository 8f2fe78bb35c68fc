import { cacheOptionsSchema, cacheSettings } from './cache-settings';

const READ = 'IMMUTABLUE_CACHE_REPOSITORY';
const WRITE = 'IMMUTABLUE_CACHE_REPOSITORY_WRITE';
const options = cacheOptionsSchema.parse({ repository: 'quay.io/family/cache' });
const trusted = { host: 'quay.io', name: 'family/cache' };

it.each<[string, Parameters<typeof cacheSettings>, ReturnType<typeof cacheSettings>]>([
  ['nothing', [undefined, {}], undefined],
  ['an empty variable', [undefined, { [READ]: '' }], undefined],
  ['nx.json', [options, {}], { trusted, unsigned: 'refused' }],
  ['a variable', [undefined, { [READ]: 'quay.io/family/cache' }], { trusted, unsigned: 'refused' }],
  [
    'a variable in place of nx.json',
    [{ ...options, unsigned: 'own' }, { [READ]: '127.0.0.1:5000/cache' }],
    { trusted: { host: '127.0.0.1:5000', name: 'cache' }, unsigned: 'own' },
  ],
  [
    'a repository that is written to',
    [options, { [WRITE]: 'quay.io/family/pull-request-7' }],
    { trusted, own: { host: 'quay.io', name: 'family/pull-request-7' }, unsigned: 'refused' },
  ],
  [
    'one that is written to alone',
    [undefined, { [WRITE]: 'quay.io/family/cache' }],
    { trusted, own: trusted, unsigned: 'refused' },
  ],
])('%s', (_, args, expected) => {
  expect(cacheSettings(...args)).toEqual(expected);
});

it.each(['cache', 'quay.io/', 'quay.io/family/cache:44', 'https://quay.io/cache', 'me:correct-horse@quay.io/cache'])(
  'refuses %s without repeating it',
  (value) => {
    expect(cacheOptionsSchema.safeParse({ repository: value }).success).toBe(false);
    for (const variable of [READ, WRITE]) {
      expect(() => cacheSettings(undefined, { [variable]: value })).toThrow(
        new Error(`${variable} names no repository of a registry`),
      );
    }
  },
);
