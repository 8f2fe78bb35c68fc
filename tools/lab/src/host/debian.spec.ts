import { reachOptions, sourcesOf } from './debian';

describe('sourcesOf', () => {
  const archive = 'Debian|Debian|main|http://archive.example/debian/';
  const security = 'Debian|Debian-Security|main|http://archive.example/debian-security/';

  it('takes the addresses of the archive and of its security updates from the host', () => {
    const targets = ['Other|Other|main|http://other.example/', archive, security].join('\n');
    expect(sourcesOf(targets, '/keyring.gpg')).toEqual([
      'deb [signed-by=/keyring.gpg] http://archive.example/debian/ trixie main',
      'deb [signed-by=/keyring.gpg] http://archive.example/debian/ trixie-updates main',
      'deb [signed-by=/keyring.gpg] http://archive.example/debian-security/ trixie-security main',
    ]);
  });

  it.each([
    ['no security updates', archive, 2],
    ['nothing of Debian', 'Other|Other|main|http://other.example/', 0],
    ['another component only', 'Debian|Debian|contrib|http://archive.example/debian/', 0],
    ['nothing at all', '', 0],
  ])('with %s', (_, targets, expected) => {
    expect(sourcesOf(targets, undefined)).toHaveLength(expected);
  });
});

describe('reachOptions', () => {
  it('keeps proxies and clock checks that are set, and nothing else', () => {
    const dump = [
      'Acquire "";',
      'Acquire::cdrom::mount "/media/cdrom/";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::https::Proxy "";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::IndexTargets::deb::Packages::Optional "0";',
    ].join('\n');
    expect(reachOptions(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3128"',
      'Acquire::Check-Valid-Until "false"',
    ]);
  });
});
