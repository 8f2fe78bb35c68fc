import { KERNEL_PACKAGE_NAMES } from './kernel-packages';
import { SOURCE_PACKAGES } from './source-packages';

/**
 * Packages that carry real binaries on x86_64: the name in packages.yaml, and the Debian package it is made of. What
 * these need comes along under names of its own. Every other name that a packages.yaml uses is a stand-in.
 */
export const REAL_PACKAGES: Readonly<Record<string, string>> = {
  'cockpit-system': 'cockpit-system',
  fzf: 'fzf',
  git: 'git',
  htop: 'htop',
  jq: 'jq',
  neovim: 'neovim',
  'python3-yaml': 'python3-yaml',
  rsync: 'rsync',
  samba: 'samba',
  ShellCheck: 'shellcheck',
  smartmontools: 'smartmontools',
  socat: 'socat',
  strace: 'strace',
  tmux: 'tmux',
};

/** System users and groups that Debian's packages make in their scripts, which are left out: sysusers.d(5) lines. */
export const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  samba: ['g sambashare -'],
  'samba-common': ['g sambashare -'],
};

/** Every name that is not a stand-in on x86_64, besides those that begin with `lab-`. */
export const REAL_NAMES: readonly string[] = [
  ...Object.keys(REAL_PACKAGES),
  ...KERNEL_PACKAGE_NAMES,
  ...Object.keys(SOURCE_PACKAGES),
];

/**
 * The name of the RPM that a Debian package becomes.
 *
 * @param sources Debian packages by the name that their RPM has.
 */
export function rpmNameOf(debianName: string, sources: Readonly<Record<string, string>>): string {
  const named = Object.entries(sources).find(([, source]) => source === debianName);
  return named === undefined ? `lab-${debianName}` : named[0];
}
