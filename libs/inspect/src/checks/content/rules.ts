/** What must not be left in a layer. */
export interface ContentRule {
  readonly check: 'secrets' | 'leftovers';
  /** Completes the sentence "`path` is …". */
  readonly what: string;
  /** Absolute paths that it is about. */
  readonly path: RegExp;
  /** `non-empty`: an empty file is what is wanted there. A pattern: what the file has to hold; then files of packages are left out. */
  readonly content: 'any' | 'non-empty' | RegExp;
}

/** Header and first line of an unencrypted or encrypted key, as PEM (RFC 7468) and OpenSSH write it. */
const PRIVATE_KEY =
  /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\r?\n(?:[A-Za-z-]+: .*\r?\n|\r?\n)*[A-Za-z0-9+/=]{16,}/m;

/** The home directories that an image can have: of root, which is a link on these systems, and those that new users are given. */
const HOME = '(?:/root|/var/roothome|/home/[^/]+|/var/home/[^/]+|/etc/skel)';

function inHome(path: string): RegExp {
  return new RegExp(`^${HOME}/${path}$`);
}

/** All rules, one line each. */
export const CONTENT_RULES: readonly ContentRule[] = [
  secret('a private key', /./, PRIVATE_KEY),
  secret('a host key of SSH', /^\/etc\/ssh\/ssh_host_[^/]+_key(?:\.pub)?$/),
  secret('a private key of SSH', inHome('\\.ssh/id_[^/.]+')),
  secret('a password', /^\/etc\/g?shadow-?$/, /^[^:]+:!*\$[0-9a-z]+\$/m),
  secret('credentials of registries', inHome('\\.docker/config\\.json'), 'non-empty'),
  secret(
    'credentials of registries',
    /^(?:.*\/containers(?:\/\d+)?|\/etc\/ostree|\/usr\/lib\/ostree|\/run\/ostree)\/auth\.json$/,
    'non-empty',
  ),
  secret('credentials of the network', inHome('\\.(?:netrc|git-credentials|pypirc|pgpass)'), 'non-empty'),
  secret('a token of npm', /\/\.npmrc$/, /_(?:authToken|password)\s*=/),
  secret('credentials of a cloud', inHome('\\.(?:aws/credentials|azure/.*|config/gcloud/.*)'), 'non-empty'),
  secret('a token of GitHub', inHome('\\.config/gh/hosts\\.yml'), 'non-empty'),
  secret('credentials of a cluster', inHome('\\.kube/config'), 'non-empty'),
  secret(
    'credentials of a cluster',
    /^\/etc\/kubernetes\/(?:admin|super-admin|kubelet|controller-manager|scheduler)\.conf$/,
    'non-empty',
  ),
  secret('a keyring of GnuPG', inHome('\\.gnupg/(?:private-keys-v1\\.d/.+|secring\\.gpg)'), 'non-empty'),
  secret('the key of credentials of systemd', /^\/var\/lib\/systemd\/credential\.secret$/),
  secret(
    'a connection with its passwords',
    /^\/etc\/NetworkManager\/system-connections\/.+$/,
    /^(?:psk|password|wep-key\d)\s*=/m,
  ),

  leftover('the ID of a machine', /^\/(?:etc|var\/lib\/dbus)\/machine-id$/, 'non-empty'),
  leftover('the random seed of a machine', /^\/var\/lib\/(?:systemd\/)?random-seed$/),
  leftover('a cache of packages', /^\/var\/cache\/(?:dnf|libdnf5|yum|PackageKit|apt|rpm-ostree)\/.+$/, 'non-empty'),
  leftover('a list of packages', /^\/var\/lib\/apt\/lists\/.+$/, 'non-empty'),
  leftover('the history of the package manager', /^\/var\/lib\/dnf\/.+$/, 'non-empty'),
  leftover('a cache', /^(?:\/root|\/var\/roothome|\/home\/[^/]+|\/var\/home\/[^/]+)\/\.cache\/.+$/, 'non-empty'),
  leftover('a cache', /^\/var\/cache\/(?:ldconfig|man|fontconfig)\/.+$/, 'non-empty'),
  leftover('a log', /^\/var\/log\/.+$/, 'non-empty'),
  leftover(
    'a history of commands',
    /\/\.(?:bash|python|node_repl|zsh|sqlite|mysql|psql)_history$|\/\.(?:lesshst|viminfo|wget-hsts)$/,
  ),
  leftover('a temporary file', /^\/(?:tmp|var\/tmp)\/.+$/),
  leftover('a backup of accounts', /^\/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-$/),
  leftover('the lock of accounts', /^\/etc\/\.pwd\.lock$/),
];

function secret(what: string, path: RegExp, content: ContentRule['content'] = 'any'): ContentRule {
  return { check: 'secrets', what, path, content };
}

function leftover(what: string, path: RegExp, content: ContentRule['content'] = 'any'): ContentRule {
  return { check: 'leftovers', what, path, content };
}
