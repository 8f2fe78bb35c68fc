import { CONTENT_RULES } from './rules';

const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';

/** What the rules call a file, by its path and content. */
function named(path: string, content: string): readonly string[] {
  return CONTENT_RULES.filter((rule) => rule.path.test(path))
    .filter(({ content: wanted }) =>
      wanted instanceof RegExp ? wanted.test(content) : wanted === 'any' || content !== '',
    )
    .map(({ what }) => what);
}

it.each([
  ['/usr/share/x.pem', `-----BEGIN PRIVATE KEY-----\n${BODY}\n`, 'a private key'],
  ['/etc/pki/x', `text\n-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\n${BODY}`, 'a private key'],
  ['/etc/ssh/ssh_host_ed25519_key', '', 'a host key of SSH'],
  ['/var/roothome/.ssh/id_ed25519', 'x', 'a private key of SSH'],
  ['/etc/shadow', 'root:$y$j9T$abc$def:19000:0:99999:7:::\n', 'a password'],
  ['/root/.docker/config.json', '{}', 'credentials of registries'],
  ['/run/containers/0/auth.json', '{}', 'credentials of registries'],
  ['/etc/ostree/auth.json', '{}', 'credentials of registries'],
  ['/root/.netrc', 'machine x', 'credentials of the network'],
  ['/usr/lib/x/.npmrc', '//r/:_authToken=abc', 'a token of npm'],
  ['/etc/kubernetes/admin.conf', 'x', 'credentials of a cluster'],
  ['/etc/machine-id', 'abc\n', 'the ID of a machine'],
  ['/var/lib/systemd/random-seed', '', 'the random seed of a machine'],
  ['/var/cache/libdnf5/x/repodata', 'x', 'a cache of packages'],
  ['/var/lib/dnf/history.sqlite', 'x', 'the history of the package manager'],
  ['/var/log/dnf.log', 'x', 'a log'],
  ['/root/.bash_history', '', 'a history of commands'],
  ['/etc/shadow-', '', 'a backup of accounts'],
])('%s with %j is %s', (path, content, expected) => {
  expect(named(path, content)).toContain(expected);
});

it.each([
  ['/usr/bin/ssh-keygen', '-----BEGIN OPENSSH PRIVATE KEY-----\n\0-----END'],
  ['/usr/share/doc/x', '-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0B\n'],
  ['/root/.ssh/id_ed25519.pub', 'ssh-ed25519 x'],
  ['/etc/shadow', 'root:!locked::0:99999:7:::\n'],
  ['/etc/machine-id', ''],
  ['/etc/ssh/sshd_config', 'x'],
  ['/usr/lib/python3/__pycache__/x.pyc', 'x'],
  ['/var/log/empty.log', ''],
])('%s with %j is left alone', (path, content) => {
  expect(named(path, content)).toEqual([]);
});
