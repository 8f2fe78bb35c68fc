import { secretsOf } from './repository-secrets';

it.each([
  ['baseurl=https://me:hunter2@example.org/$releasever/', 'an address with a user name or a password'],
  ['baseurl=https://example.org/a', undefined],
  ['baseurl=https://example.org/a https://hunter2@example.org/b', 'an address with a user name or a password'],
  ['  https://me:hunter2@example.org/continued/', 'an address with a user name or a password'],
  ['gpgkey = https://example.org/key?token=hunter2', 'an address with a token'],
  ['metalink=https://mirrors.example.org/metalink?repo=fedora-$releasever&arch=$basearch', undefined],
  ['mirrorlist=https://example.org/?X-Amz-Signature=hunter2', 'an address with a token'],
  ['# baseurl=https://me:hunter2@example.org/', 'an address with a user name or a password'],
  ['proxy=http://me:hunter2@proxy:3128', 'an address with a user name or a password'],
  ['username=me', 'a value for username'],
  ['Password : hunter2', 'a value for password'],
  ['proxy_password=hunter2', 'a value for proxy_password'],
  ['password=', undefined],
  ['sslclientkey=/etc/pki/entitlement/1-key.pem', undefined],
  ['name=A repository with a password', undefined],
])('%s: %s', (line, what) => {
  expect(secretsOf(`[a]\n${line}\nenabled=1\n`)).toEqual(what === undefined ? [] : [{ line: 2, what }]);
});
