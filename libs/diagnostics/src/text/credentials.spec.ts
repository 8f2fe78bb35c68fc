import { credentialIn, maskCredentials } from './credentials';

describe('maskCredentials', () => {
  it.each([
    ['https://me:pass@example.org/a?b=c', 'https://***@example.org/a?b=c'],
    ['https://token@example.org/', 'https://***@example.org/'],
    ['http://me:p@ss@proxy:3128', 'http://***@proxy:3128'],
    ['http://me:pa/ss@proxy:3128', 'http://***@proxy:3128'],
    ['socks5h://me:pass@proxy', 'socks5h://***@proxy'],
    ['HTTPS://ME:PASS@EXAMPLE.ORG', 'HTTPS://***@EXAMPLE.ORG'],
    [String.raw`"https:\/\/me:pass@example.org"`, String.raw`"https:\/\/***@example.org"`],
    ['https_proxy=me:pass@proxy:3128', 'https_proxy=***@proxy:3128'],
    ["--env 'http_proxy=http://me:pass@proxy:3128'", "--env 'http_proxy=http://***@proxy:3128'"],
    ['ALL_PROXY=pass@proxy', 'ALL_PROXY=***@proxy'],
    ['two: http://a:b@c http://d:e@f', 'two: http://***@c http://***@f'],
    ['https://example.org/a.repo?token=abc&release=44', 'https://example.org/a.repo?token=***&release=44'],
    ['https://example.org/a?X-Amz-Signature=abc#end', 'https://example.org/a?X-Amz-Signature=***#end'],
  ])('%s', (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
    expect(maskCredentials(masked)).toBe(masked);
  });

  it.each([
    'https://example.org/@scope/name@1.2',
    'docker://127.0.0.1:5000/immutablue@sha256:abc',
    'http://localhost:5000/@a',
    'git@github.com:owner/name.git',
    'someone@example.org says https://example.org',
    'see https://example.org: someone@example.org',
    'https://example.org/?repo=fedora-44&arch=x86_64',
    'no_proxy=localhost,example.org',
    'sshd@.service',
  ])('%s stays as it is', (text) => {
    expect(maskCredentials(text)).toBe(text);
  });
});

describe('credentialIn', () => {
  const HEX40 = '0123456789abcdef0123456789abcdef01234567';

  it.each([
    'token=abc',
    'access_token=abc',
    'release=44&api_key=abc',
    'apikey=abc',
    'api-key=abc',
    'key=abc',
    'auth=abc',
    'Authorization=abc',
    'signature=abc',
    'sig=abc',
    'X-Amz-Signature=abc',
    'X-Amz-Credential=abc',
    'X-Amz-Security-Token=abc',
    'X-Goog-Signature=abc',
    'password=abc',
    'PRIVATE_TOKEN=abc',
    'private%5Ftoken=abc',
    'client_secret=abc',
    'job_token=abc',
    'x=ghp_0123456789abcdefABCDEF0123456789abcd',
    'x=glpat-1a2B3c4D5e6F7g8H9i0J',
    'x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln',
    `x=${HEX40}`,
    '0123456789abcdefABCDEF',
  ])('?%s looks like a token, in a query and in a fragment', (query) => {
    expect(credentialIn(`https://example.org/a.repo?${query}`)).toBe('token');
    expect(credentialIn(`https://example.org/a.repo#${query}`)).toBe('token');
  });

  it.each([
    'https://example.org/a.repo',
    'https://example.org/?repo=fedora-44&arch=x86_64&country=de',
    'https://example.org/?path=packages/tool-1.2.3-4.fc44.x86_64.rpm',
    `https://example.org/plain/a.repo?h=${HEX40}`,
    `https://example.org/a.repo?ref=${HEX40}`,
    'https://example.org/?monkey=abc&keyboard=de&author=me&design=1',
    `https://example.org/${HEX40}/a.repo`,
    'https://example.org/?id=01234567-89ab-cdef-0123-456789abcdef',
    'https://example.org/?token=',
    'not an address',
  ])('%s holds none', (address) => {
    expect(credentialIn(address)).toBeUndefined();
  });

  it.each(['https://me:pass@example.org/', 'https://me@example.org/', 'https://me:pa ss@example.org', 'https://:@x/'])(
    '%s holds a user name or a password',
    (address) => {
      expect(credentialIn(address)).toBe('user');
    },
  );
});
