import type { Release } from '@immutablue/variant';

/** The package manager with what every call of it needs. `dnf` is dnf 5 on Fedora and dnf 4 on the lab; both take these. */
export function dnf(release: Release, ...words: readonly string[]): [string, ...string[]] {
  return [
    'dnf',
    '--assumeyes',
    `--releasever=${release}`,
    '--setopt=keepcache=True',
    // Fedora's dnf skips a repository that is down: the image would have whatever the others offer.
    '--setopt=skip_if_unavailable=False',
    ...words,
  ];
}
