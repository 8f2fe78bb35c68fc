import { authFiles, lookUp, parseAuthFile } from './auth-file';

const auth = (user: string) => ({ auth: Buffer.from(`${user}:hunter2`).toString('base64') });

const FILE = parseAuthFile(
  JSON.stringify({
    auths: {
      'quay.io': auth('all'),
      'quay.io/immutablue': auth('family'),
      'quay.io/immutablue/cyan': auth('cyan'),
      'ghcr.io': { ...auth('me'), identitytoken: 'refresh' },
      'https://registry.example/v2/': auth('legacy'),
      'https://index.docker.io/v1/': auth('hub'),
      'empty.example': {},
      'broken.example': { auth: 'no colon' },
      'helped.example': auth('unused'),
    },
    credHelpers: { 'helped.example': 'pass' },
    currentContext: 'ignored',
  }),
  '/home/me/auth.json',
);

it.each([
  ['quay.io/immutablue/cyan', 'cyan'],
  ['quay.io/immutablue/cyan/sub', 'cyan'],
  ['quay.io/immutablue/cyanide', 'family'],
  ['quay.io/immutable', 'all'],
  ['quay.io.evil.example/immutablue', 'none'],
  ['ghcr.io/a', 'token refresh'],
  ['registry.example/a', 'legacy'],
  ['docker.io/library/a', 'hub'],
  ['empty.example/a', 'none'],
  ['broken.example/a', 'none'],
  ['helped.example/a', 'helper pass'],
  ['constructor/a', 'none'],
  ['other.example/a', 'none'],
])('finds for %s: %s', (repository, expected) => {
  const entry = lookUp(FILE, repository);
  const shown =
    entry.kind === 'credentials'
      ? entry.credentials.kind === 'password'
        ? entry.credentials.user
        : `token ${entry.credentials.token}`
      : entry.kind === 'helper'
        ? `helper ${entry.helper}`
        : 'none';
  expect(shown).toBe(expected);
});

it('keeps a password with colons', () => {
  const file = { auths: { a: { auth: Buffer.from('me:a:b').toString('base64') } }, credHelpers: {} };
  expect(lookUp(file, 'a/b')).toEqual({
    kind: 'credentials',
    credentials: { kind: 'password', user: 'me', password: 'a:b' },
  });
});

it.each([
  [{ REGISTRY_AUTH_FILE: '/x.json', XDG_RUNTIME_DIR: '/run/user/7' }, ['/x.json']],
  [{}, ['/run/containers/7/auth.json', '/home/me/.config/containers/auth.json', '/home/me/.docker/config.json']],
  [
    { XDG_RUNTIME_DIR: '/run/user/7', XDG_CONFIG_HOME: '/c', DOCKER_CONFIG: '/d' },
    ['/run/user/7/containers/auth.json', '/c/containers/auth.json', '/d/config.json'],
  ],
])('looks under %j into %j', (environment, files) => {
  expect(authFiles(environment, '/home/me', 7)).toEqual(files);
});

it.each([
  '{"auths": {"quay.io": {"auth": "aHVudGVyMg=="}',
  '{"auths": "aHVudGVyMg=="}',
  '{"auths": {"a": {"auth": ["aHVudGVyMg=="]}}}',
  '["aHVudGVyMg=="]',
])('repeats nothing of %s', (text) => {
  let thrown: unknown;
  try {
    parseAuthFile(text, '/home/me/auth.json');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ diagnostics: [{ code: 'registry/wrong-credentials-file' }] });
  expect(JSON.stringify(thrown)).not.toContain('aHVu');
});
