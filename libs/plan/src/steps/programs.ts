import type { Release } from '@immutablue/variant';

/** The package manager with what every call of it needs. `dnf` is dnf 5 on Fedora and dnf 4 on the lab; both take these. */
export function dnf(release: Release, ...words: readonly string[]): [string, ...string[]] {
  return answered('--assumeyes', release, words);
}

/** The same, where it is to say what it would do, and do nothing: it ends with an exit code unless that is nothing. */
export function dnfTrial(release: Release, ...words: readonly string[]): [string, ...string[]] {
  return answered('--assumeno', release, words);
}

/** dnf 5 takes one answer only. */
function answered(
  answer: '--assumeyes' | '--assumeno',
  release: Release,
  words: readonly string[],
): [string, ...string[]] {
  return [
    'dnf',
    answer,
    `--releasever=${release}`,
    '--setopt=keepcache=True',
    // Fedora's dnf skips a repository that is down: the image would have whatever the others offer.
    '--setopt=skip_if_unavailable=False',
    ...words,
  ];
}

/** The command by which everything is fetched in the root filesystem: what it trusts and how it gets out is the image's own. */
export function curl(url: string, output: string, ...options: readonly string[]): [string, ...string[]] {
  const flags = ['--fail', '--silent', '--show-error', '--location', '--retry', '2'];
  return ['curl', ...flags, ...options, '--output', output, '--', url];
}

/** Where curl finds credentials, where a repository names some. */
export const CURL_CONFIG = '/run/immutablue/curl.conf';
