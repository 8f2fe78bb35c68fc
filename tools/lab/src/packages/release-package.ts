import { LAB_KEY_PATH, type Release } from '@immutablue/variant';
import { type RpmPackage } from './rpm-spec';
import { repositoryDefinition } from './stand-in-plan';
import { type StandInFile } from './unit-files';

/**
 * The package that makes a Debian root filesystem present itself as what it stands in for, like fedora-release and
 * fedora-repos do: os-release, release macros, the lab's repository and its key.
 */
export interface ReleasePackage {
  readonly rpm: RpmPackage;
  readonly files: readonly StandInFile[];
}

/** @param publicKey armored. */
export function releasePackage(release: Release, publicKey: string): ReleasePackage {
  const files: StandInFile[] = [
    { path: '/usr/lib/os-release', content: osRelease(release) },
    {
      path: '/usr/lib/rpm/macros.d/macros.immutablue-lab-release',
      content: `%fedora ${release}\n%dist .lab${release}\n`,
    },
    { path: '/etc/yum.repos.d/immutablue-lab.repo', content: repositoryDefinition('immutablue-lab', 'packages') },
    { path: LAB_KEY_PATH, content: publicKey },
  ];
  const rpm: RpmPackage = {
    name: 'immutablue-lab-release',
    version: release,
    release: '1.lab',
    summary: 'Release files of the Immutablue lab',
    description: 'Makes a root filesystem of the Immutablue lab present itself as what it stands in for.',
    requires: [],
    provides: [
      // From these package managers learn the release.
      ...[`system-release = ${release}`, `system-release(releasever) = ${release}`],
      // A package with scriptlets asks for what runs them, which here is Debian's.
      ...['/bin/sh', '/usr/bin/sh', '/bin/bash', '/usr/bin/bash'],
    ],
    files: files.map(({ path }) => ({ path, kind: path.startsWith('/etc/') ? 'configuration' : 'file' })),
  };
  return { rpm, files };
}

// https://www.freedesktop.org/software/systemd/man/latest/os-release.html
function osRelease(release: Release): string {
  return [
    'NAME="Immutablue lab"',
    `PRETTY_NAME="Immutablue lab ${release} (a Debian userland standing in for Fedora)"`,
    'ID=immutablue-lab',
    'ID_LIKE="fedora debian"',
    `VERSION="${release} (lab)"`,
    `VERSION_ID=${release}`,
    `PLATFORM_ID="platform:f${release}"`,
    '',
  ].join('\n');
}
