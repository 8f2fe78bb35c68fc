const https = 'https://example.org';
const download = { name: 'x', url: `${https}/x`, sha256: '0a'.repeat(32), path: '/usr/bin/x' };

/** Key and value of a list of packages.yaml that is refused. */
export const REFUSED_VALUES: readonly (readonly [string, unknown])[] = [
  ['rpm', '--nogpgcheck'],
  ['rpm', '-y'],
  ['rpm', ''],
  ['rpm', 'a b'],
  ['rpm', 'a\nb'],
  ['rpm', 'a\n'],
  ['rpm', 'a;reboot'],
  ['rpm', '$(id)'],
  ['rpm', '`id`'],
  ['rpm', 'a|b'],
  ['rpm', 'kernel*'],
  ['rpm', '../a.rpm'],
  ['rpm', '/tmp/a.rpm'],
  ['rpm', `${https}/a.rpm`],
  ['rpm', '@development-tools'],
  ['rpm', '\u001b[31mred'],
  ['rpm_rm', '--all'],
  ['rpm_url', 'ftp://example.org/a.rpm'],
  ['rpm_url', '/srv/a.rpm'],
  ['rpm_url', `${https}/a.rpm --nogpgcheck`],
  ['rpm_url', `${https}/$releasever/a.rpm`],
  ['rpm_url', `${https}/a.deb`],
  ['rpm_url', `${https}/.rpm`],
  ['rpm_url', `${https}/-a.rpm`],
  ['rpm_post_url', 'https://user:secret@example.org/a.rpm'],
  ['repo_urls', { name: '../x.repo', url: https }],
  ['repo_urls', { name: '/etc/passwd', url: https }],
  ['repo_urls', { name: '.repo', url: https }],
  ['repo_urls', { name: 'x.conf', url: https }],
  ['repo_urls', { name: '-x.repo', url: https }],
  ['repo_urls', { name: 'x.repo', url: 'javascript:1' }],
  ['pip_packages', '--index-url'],
  ['pip_packages', '-r'],
  ['pip_packages', 'a; python_version'],
  ['file_rm', 'etc/motd'],
  ['file_rm', '/etc/../usr'],
  ['file_rm', '/'],
  ['file_rm', '/etc/*'],
  ['services_enable_sys', 'sshd'],
  ['services_enable_sys', '--now'],
  ['services_enable_sys', '../a.service'],
  ['services_enable_sys', '-a.service'],
  ['services_enable_sys', 'a.socket;id'],
  ['services_enable_sys', 'a.container'],
  ['downloads', { ...download, sha256: '0A'.repeat(32) }],
  ['downloads', { ...download, sha256: '0a' }],
  ['downloads', { ...download, path: 'usr/bin/x' }],
  ['downloads', { ...download, path: '/usr/../x' }],
  ['downloads', { ...download, url: '/srv/x' }],
  ['downloads', { ...download, mode: '0999' }],
  ['downloads', { ...download, member: '../x' }],
  ['downloads', { ...download, member: '--to-command=x' }],
  ['downloads', { ...download, name: 'a b' }],
  ['quadlets_enable_sys', 'web.service'],
  ['quadlets_enable_sys', 'data.volume'],
  ['quadlets_enable_sys', '../web.container'],
  ['flatpaks', 'firefox'],
  ['flatpak_repos', { name: '--system', url: https }],
  ['distrobox', { name: '', image: 'x' }],
  // Escape sequences, and characters that turn the text around them.
  ['rpm', '\u001b]0;title\u0007a'],
  ['rpm_rm', 'a\u202eb'],
  ['services_mask_sys', 'a\u0000.service'],
  ['services_enable_user', '\u001b[2Ja.timer'],
  ['services_disable_sys', 'sshd.service\nreboot.target'],
  ['services_enable_sys', 'getty@.service'],
  ['services_enable_sys', '/etc/systemd/system/a.service'],
  ['quadlets_enable_sys', 'web@.container'],
  ['quadlets_enable_sys', '\u009b2Jweb.container'],
  ['file_rm', '/usr/bin/a\u001b[1A'],
  ['file_rm', '/usr//bin'],
  ['file_rm', '~/x'],
  ['rpm_url', 'file://../../etc/shadow'],
  ['rpm_url', `${https}/a.rpm\n--nogpgcheck`],
  ['rpm_url', 'HTTPS://example.org/a.rpm;id'],
  ['repo_urls', { name: 'a\u001b[31m.repo', url: https }],
  ['repo_urls', { name: 'a/b.repo', url: https }],
  ['repo_urls', { name: 'x.repo', url: 'data:text/plain,x' }],
  ['pip_packages', 'git+https://example.org/x'],
  ['pip_packages', '../x'],
  ['downloads', { ...download, member: '/etc/shadow' }],
  ['downloads', { ...download, member: 'a/../../b' }],
  ['downloads', { ...download, member: 'a\u001b[2J' }],
  ['downloads', { ...download, sha256: '$(sha256sum /etc/shadow)' }],
  ['downloads', { ...download, mode: '7777777' }],
  ['flatpaks', '--user'],
  ['flatpaks', 'org.x.y\u001b[2J'],
  ['flatpak_repos', { name: 'a b', url: https }],
  ['distrobox', { name: '../dev' }],
];

/** Key and value of a list of packages.yaml that is longer than anything of its kind. */
export const TOO_LONG_VALUES: readonly (readonly [string, unknown])[] = [
  ['rpm', 'a'.repeat(256)],
  ['rpm_rm', 'a'.repeat(256)],
  ['rpm_url', `${https}/${'a'.repeat(2048)}.rpm`],
  ['repo_urls', { name: `${'a'.repeat(255)}.repo`, url: https }],
  ['repo_urls', { name: 'a.repo', url: `${https}/${'a'.repeat(2048)}` }],
  ['pip_packages', 'a'.repeat(256)],
  ['file_rm', '/a'.repeat(2048)],
  ['services_enable_sys', `${'a'.repeat(250)}.service`],
  ['services_mask_user', `${'a'.repeat(250)}.service`],
  ['quadlets_enable_sys', `${'a'.repeat(240)}.container`],
  ['downloads', { ...download, name: 'a'.repeat(256) }],
  ['downloads', { ...download, url: `${https}/${'a'.repeat(2048)}` }],
  ['downloads', { ...download, path: '/a'.repeat(2048) }],
  ['downloads', { ...download, member: 'a'.repeat(4096) }],
  ['flatpaks', `org.x.${'a'.repeat(255)}`],
  ['flatpak_repos', { name: 'a'.repeat(256), url: https }],
  ['brew: {install', 'a'.repeat(256)],
  ['nix: {install', 'a'.repeat(256)],
  ['distrobox', { name: 'a'.repeat(256) }],
  ['distrobox', { name: 'a', image: 'a'.repeat(2049) }],
  ['distrobox', { name: 'a', packages_x86_64: ['a'.repeat(2049)] }],
  ['distrobox', { name: 'a', extra_commands: 'a'.repeat(32_769) }],
];

const downloadOf = (url: string) => `{name: x, url: ${url}, sha256: '${'0a'.repeat(32)}', path: /usr/bin/x}`;
/** Where an address can stand in packages.yaml. */
export const ADDRESS_PLACES: readonly (readonly [string, (url: string) => string])[] = [
  ['repo_urls', (url) => `immutablue: {repo_urls: {all: [{name: a.repo, url: ${url}}]}}`],
  ['rpm_url', (url) => `immutablue: {rpm_url: {all: [${url}]}}`],
  ['rpm_post_url', (url) => `immutablue: {rpm_post_url: {all: [${url}]}}`],
  ['downloads', (url) => `immutablue: {downloads: {all: [${downloadOf(url)}]}}`],
  ['flatpak_repos', (url) => `immutablue: {flatpak_repos: {all: [{name: a, url: ${url}}]}}`],
  ['zfs_rpm_url', (url) => `immutablue: {zfs_rpm_url: {44: ${url}}}`],
];

/** Each as YAML, with the word that must not be shown again. */
const SECRETS = [
  '"https://me:hunter2@example.org/a.rpm"',
  '"https://hunter2@example.org/a.rpm"',
  '"https://me:hunter2 and more@example.org/a.rpm"',
  '"https://me:hunter2/x@example.org/a.rpm"',
  '"https:\\/\\/me:hunter2@example.org/a.rpm"',
  '"https://me:hunter\\x32@example.org/a.rpm"',
  "'https//me:hunter2@example.org/a.rpm'",
  "'me:hunter2@example.org/a.rpm'",
  '"https://example.org/?token=hunter2/a.rpm"',
  '"https://example.org/?a=b&X-Amz-Signature=hunter2/a.rpm"',
  '"https://example.org/?api_key=hunter2&/a.rpm"',
  '"https://example.org/?x=hunter2hunter2hunter2hunter2/a.rpm"',
  '"https://example.org/#access_token=hunter2/a.rpm"',
] as const;

/** Place, address and the place's text. */
export const ADDRESSES_WITH_SECRETS = ADDRESS_PLACES.flatMap(([key, write]) =>
  SECRETS.map((secret) => [key, secret, write] as const),
);

/** Where images are to be pushed. */
export const REFUSED_REGISTRIES: readonly string[] = [
  'quay.io',
  'quay.io/',
  'quay.io/A',
  'quay.io/-a',
  'quay.io/a..b',
  'quay.io/../a',
  'quay.io/a/',
  'quay.io:x/a',
  '-quay.io/a',
  'https://quay.io/a',
  `quay.io/${'a'.repeat(250)}`,
  'quay.io/a\u001b[2J',
  'quay.io/a b',
  'quay.io/a;id',
  'me:hunter2@quay.io/a',
];

/** A line of variant.yaml with a value that is refused: names, images, users, paths, modes, secrets. */
export const REFUSED_IN_VARIANT: readonly (readonly [string, string])[] = [
  ...[
    ['Teal', '../base', '-teal', 'a b', 'teal\\n', '\\u001b[31mteal', 'te--al', '$(id)', 'con/../x', '\\u202eteal'].map(
      (name) => `name: "${name}"`,
    ),
    [
      'base:44',
      '/base',
      'docker://quay.io/x/y',
      'quay.io/x/y --all',
      '-v/x',
      'quay.io/X/y',
      'quay.io/x/y@sha256:12',
      'quay.io/x\\ny',
      'quay.io/x/y:\\u001b[2J',
      'quay.io/x/y:tag:tag',
      'quay.io/../x',
      'oci-archive:/etc/shadow',
      'containers-storage:x/y',
      'me:hunter2@quay.io/x/y',
    ].map((from) => `from: "${from}"`),
    ['Teal', '-teal', 'a/../b', 'a b', 'quay.io/x', 'teal:44', '\\u001b[2J', 'a\\u0000'].map(
      (image) => `image: "${image}"`,
    ),
    ['gui,x', '--gui', 'a b', 'rm', 'aarch64', '\\u009b2J', '../x'].map((option) => `options: ["${option}"]`),
    ['linux/amd46', 'windows/amd64', '--platform', ''].map((platform) => `platforms: ["${platform}"]`),
    ['../x', 'MOK', '--id', 'a=b', 'a b', '\\u001b[2J', ''].map((secret) => `secrets: ["${secret}"]`),
    ['etc/x', '/', '/etc/../x', '/etc//x', '/etc/x\\ny', '/etc/\\u001b[2J'].map(
      (path) => `permissions: [{path: "${path}", mode: '0644'}]`,
    ),
    ['4294967296', '4294967295', '-1', '00', '0x0', 'a b', 'root:root', '$(id)', '\\u001b[2J', '../x', ''].map(
      (owner) => `permissions: [{path: /etc/x, owner: "${owner}"}]`,
    ),
    ['0999', '644x', '-0644', '77777', 'u+s', ''].map((mode) => `permissions: [{path: /etc/x, mode: "${mode}"}]`),
  ].flatMap((lines) => lines.map((line) => [line.slice(0, line.indexOf(':')), line] as const)),
];

/** What is no YAML, or too much of it. */
export const HOSTILE_YAML: readonly (readonly [string, string])[] = [
  ['aliases that multiply', multiplied(30)],
  ['an alias within itself', 'a: &x [*x]\n'],
  ['an alias within itself, in a map', 'a: &x {b: *x}\n'],
  ['a merge of itself', 'a: &x {<<: *x}\n'],
  ['an alias without an anchor', 'a: *x\n'],
  ['a hundred thousand brackets', '['.repeat(100_000)],
  ['a hundred thousand dashes', `${'- '.repeat(100_000)}a`],
  ['a hundred thousand maps', '{a: '.repeat(100_000)],
  ['a thousand indentations', Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ['a tag', 'a: !secret x\n'],
  ['a tag of another language', 'a: !!js/function "function () {}"\n'],
  ['a tag of Python', 'a: !!python/object/apply:os.system [id]\n'],
  ['two documents', 'a: 1\n---\nb: 2\n'],
  ['an escape sequence', 'a: \u001b[31mb\n'],
  ['a C1 character', 'a: \u009b2Jb\n'],
  ['a NUL', 'a: b\u0000c\n'],
  ['a key with an escape sequence, twice', '"\\e[31m": 1\n"\\e[31m": 2\n'],
  ['a key that is a list', '[a]: 1\n'],
  ['a key that is there twice', 'a: 1\na: 2\n'],
  ['the same key by an alias', 'a: &x b\nb: 1\n*x : 2\n'],
  ['an open quote', 'a: "b\n'],
  ['a tab', 'a:\n\t- b\n'],
  ['a directive of another version', '%YAML 9.9\n---\na: @\n'],
];

/** Lists of which each has the one before it ten times. */
function multiplied(levels: number): string {
  const lines = Array.from({ length: levels }, (_, index) =>
    index === 0
      ? 'a0: &a0 [x]'
      : `a${index}: &a${index} [${Array(10)
          .fill(`*a${index - 1}`)
          .join(', ')}]`,
  );
  return lines.join('\n');
}

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'values of packages.yaml: packages, units, quadlets, paths, repositories, archives': REFUSED_VALUES,
  'values of packages.yaml that are too long': TOO_LONG_VALUES,
  'addresses with passwords or tokens': ADDRESSES_WITH_SECRETS,
  'values of variant.yaml: names, images, options, users, paths, modes, secrets': REFUSED_IN_VARIANT,
  'YAML: aliases, nesting, tags, escape sequences': HOSTILE_YAML,
  'registries in nx.json': REFUSED_REGISTRIES,
};
