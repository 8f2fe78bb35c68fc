import {
  ASKS_FOR_SECRET,
  copiesFile,
  LEAVES_FILES,
  SECRET,
  type ListName,
  type ScriptText,
  type StatedPermissions,
} from './family';

/** Where edits place overrides: few places, so that variants, packages and scripts meet at them. */
export const PATHS = [
  '/etc/property.conf',
  '/usr/share/property/one',
  '/usr/share/property/two',
  '/usr/share/property/dir',
  '/usr/share/property/dir/deep',
  '/usr/share/property/dir/deep/deeper',
  // Through a link of the root filesystem.
  '/bin/property',
  '/usr/bin/property',
  // What packages have.
  '/usr/share/immutablue/lab/stand-ins/pv',
  '/usr/share/immutablue/lab/stand-ins/stow',
  '/usr/lib/systemd/system/crio.service',
  // What the upstream image has.
  '/etc/issue',
  '/usr/share/property-upstream/file',
  '/usr/share/property-upstream',
  // What package stages read.
  '/usr/lib/sysctl.d/90-property.conf',
  '/usr/lib/sysusers.d/property.conf',
  '/usr/lib/systemd/system/property.service',
  '/usr/lib/systemd/user/property.service',
  '/etc/systemd/system/property.service',
] as const;

/** Where edits place pinned files: where overrides are, too, which win. */
export const DOWNLOAD_PATHS = [
  '/etc/property.conf',
  '/usr/share/property/one',
  '/usr/share/property/pinned',
  '/usr/share/property/dir/deep',
  '/bin/property',
  '/usr/share/immutablue/lab/stand-ins/pv',
  '/usr/share/property-upstream/file',
] as const;

/** Where dep-builders leave files. */
export const MADE_PATHS = [
  '/etc/property.conf',
  '/usr/share/property/one',
  '/usr/share/property/made',
  '/usr/share/property/dir',
  '/usr/share/property/dir/deep',
  '/usr/bin/property',
  '/usr/share/immutablue/lab/stand-ins/stow',
  '/usr/share/property-upstream/file',
] as const;

export const TARGETS = ['one', '/etc/property.conf', 'dir', '/usr/share/property', '/nowhere'] as const;

export const STATED: readonly StatedPermissions[] = [
  { mode: '0600' },
  { mode: '0755' },
  { mode: '4711', owner: '7' },
  { mode: '0640', owner: 'daemon' },
];

/** What each list may hold. Packages of a few kilobytes: stand-ins, two with units, one with programs. */
export const VALUES: Readonly<Record<ListName, readonly string[]>> = {
  rpm: ['pv', 'stow', 'cri-o', 'tailscale', 'wofi', 'lab-bzip2'],
  rpm_rm: ['pv', 'stow', 'cri-o', 'lab-bzip2'],
  rpm_extra: ['wofi', 'pv', 'dialog'],
  file_rm: [
    '/usr/share/property/one',
    '/usr/share/property/dir',
    '/usr/share/property-upstream',
    '/usr/share/immutablue/lab/stand-ins/pv',
    '/usr/bin/bzip2',
    '/usr/share/property-nothing',
  ],
  services_enable_sys: ['property.service', 'crio.service', 'systemd-networkd.service', 'tailscaled.service'],
  services_disable_sys: ['property.service', 'systemd-networkd.service'],
  services_mask_sys: ['crio.service', 'systemd-timesyncd.service', 'systemd-networkd.service'],
  services_enable_user: ['property.service'],
};

/** Sub-stages before and after the packages, of the workspace's and of a variant's own. */
export const SCRIPT_NAMES = [
  '05-own.sh',
  '10-copy.sh',
  '30-install-packages.sh',
  '35-own.sh',
  '45-own.sh',
  '50-remove-files.sh',
  '60-services.sh',
  '75-own.sh',
  '90-post.sh',
] as const;

/** Files in the folder of a variant; each has a script that reads it there. */
export const FILE_NAMES = ['settings', 'more'] as const;

/** Scripts with what they read; each is used with and without the header that says so. */
export const SCRIPTS: readonly (ScriptText & { readonly reads: readonly string[] })[] = [
  { reads: [], lines: ['echo written >/usr/share/property-written'] },
  { reads: ['/usr/share/property'], lines: ['mkdir -p /usr/share/property', 'echo more >>/usr/share/property/log'] },
  {
    reads: ['/etc/property.conf'],
    lines: ['if [[ -e /etc/property.conf ]]; then cp -L /etc/property.conf /usr/share/property-copy; fi'],
  },
  {
    reads: ['/usr/share/property'],
    lines: [
      'if [[ -d /usr/share/property ]]; then',
      "  find /usr/share/property -printf '%P %m %U:%G %l\\n' | sort >/usr/share/property-list",
      'fi',
    ],
  },
  { reads: ['/usr/share/property'], lines: ['rm -rf /usr/share/property/dir'] },
  {
    reads: ['/usr/share/property'],
    lines: [
      'rm -rf /usr/share/property/dir',
      'mkdir -p /usr/share/property/dir',
      'echo new >/usr/share/property/dir/new',
    ],
  },
  {
    reads: ['/usr/share/property'],
    lines: ['rm -rf /usr/share/property/dir', 'mkdir -p /usr/share/property', 'ln -s one /usr/share/property/dir'],
  },
  {
    reads: ['/usr/share/property'],
    lines: ['if [[ -e /usr/share/property/one ]]; then mv -T /usr/share/property/one /usr/share/property/moved; fi'],
  },
  {
    reads: ['/usr/share/property'],
    lines: ['if [[ -f /usr/share/property/one ]]; then ln -f /usr/share/property/one /usr/share/property/hard; fi'],
  },
  { reads: ['/usr/share/immutablue/lab/stand-ins'], lines: ['rm -rf /usr/share/immutablue/lab/stand-ins/pv'] },
  { reads: ['/usr/share/immutablue/lab/stand-ins'], lines: ['rm -rf /usr/share/immutablue/lab/stand-ins'] },
  { reads: ['/usr/share/property-upstream'], lines: ['rm -rf /usr/share/property-upstream/file'] },
  {
    reads: ['/etc/property.conf'],
    lines: ['if [[ -f /etc/property.conf ]]; then chmod 0700 /etc/property.conf; chown 7:7 /etc/property.conf; fi'],
  },
  {
    reads: ['/etc/issue'],
    lines: [`python3 -c 'import os; os.path.isfile("/etc/issue") and os.setxattr("/etc/issue", "user.note", b"x")'`],
  },
  { reads: ['/var/lib/rpm'], lines: ['rpm --query --all | sort >/usr/share/property-packages'] },
  ...FILE_NAMES.map(copiesFile),
  ASKS_FOR_SECRET,
  { reads: ['/usr/immutablue/build_options'], lines: ['cp /usr/immutablue/build_options /usr/share/property-options'] },
];

/** What a dep-builder leaves of what a command has written to `/out`, beside its files. */
function makes(command: string): readonly string[] {
  const run = `RUN mkdir -p /out/usr/share && ${command}`;
  return ['ARG IMAGE', 'FROM ${IMAGE} AS made', run, ...LEAVES_FILES, 'COPY --from=made /out/ /'];
}

/** Containerfiles with what they read; each is used with and without the header that says so. */
export const CONTAINERFILES: readonly (ScriptText & { readonly reads: readonly string[] })[] = [
  { reads: [], lines: LEAVES_FILES },
  {
    reads: ['/etc/property.conf'],
    lines: makes('if [ -e /etc/property.conf ]; then cp -L /etc/property.conf /out/usr/share/property-made-copy; fi'),
  },
  {
    reads: ['/usr/share/property'],
    lines: makes(
      "if [ -d /usr/share/property ]; then find /usr/share/property -printf '%P %m %U:%G %l\\n' | sort >/out/usr/share/property-made-list; fi",
    ),
  },
  {
    reads: [],
    secret: 'asked-for',
    lines: makes(
      `if [ -e /run/secrets/${SECRET} ]; then echo with; else echo without; fi >/out/usr/share/property-made-secret`,
    ),
  },
];
