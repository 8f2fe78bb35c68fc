import { createHash } from 'node:crypto';
import { toDigest, toImageId } from '@immutablue/oci';
import type { Checksum } from '@immutablue/variant';
import type { ImageContents, InstalledPackage, PackageOrigin } from '../contents';

const LOCK = {
  line: 'packages/teal/packages.lock.yaml:5',
  section: 'fedora/44/x86_64/rpm',
  nevra: 'htop-0:3.4.1-1.fc44.x86_64',
  checksum: `sha256:${'a'.repeat(64)}` as Checksum,
} as const;

/** One package for each way to be brought, with licences of all kinds and text that would break out of a document. */
export const PACKAGES: readonly InstalledPackage[] = [
  rpm('akmod', { kind: 'dep-builder', variant: 'teal', depBuilders: ['teal', 'base'] }, { licence: 'GPLv2+ and MIT' }),
  rpm('bash', { kind: 'upstream', image: 'quay.io/upstream:44' }, { epoch: 2, vendor: 'Fedora Project' }),
  rpm(
    'htop',
    { kind: 'asked', variant: 'teal', list: 'rpm', line: 'packages/teal/packages.yaml:4', lock: LOCK },
    { licence: 'GPL-2.0-or-later and (MIT or LicenseRef-Fedora-Public-Domain)' },
  ),
  rpm('hwloc', { kind: 'dependency', variant: 'teal', of: 'htop', line: 'packages/teal/packages.yaml:4' }, {}),
  rpm('libpath', { kind: 'locked', variant: 'teal', lock: { ...LOCK, url: 'https://example.org/libpath.rpm' } }, {}),
  rpm(
    'scripted+_~^',
    { kind: 'unplanned', variant: 'teal' },
    { licence: '"},\n\u0000\u2028</script>', vendor: 'A "B"\nPackageName: C', sourceRpm: '../../s.src.rpm' },
  ),
];

export const CONTENTS: ImageContents = {
  variant: 'teal',
  imageId: toImageId('1'.repeat(64)),
  subject: {
    repository: 'quay.io/immutablue/immutablue-teal',
    version: '44',
    digest: toDigest(`sha256:${'2'.repeat(64)}`),
    architecture: 'amd64',
    created: 1767225600,
  },
  packages: PACKAGES,
  downloads: [
    {
      name: 'yq',
      url: 'https://example.org/yq.tar.gz',
      sha256: 'b'.repeat(64),
      path: '/usr/bin/yq',
      content: { sha256: 'c'.repeat(64), sha1: 'c'.repeat(40) },
      variant: 'base',
      line: 'packages/base/packages.yaml:9',
    },
  ],
  overrides: [
    {
      path: '/etc/motd',
      content: { sha256: 'd'.repeat(64), sha1: 'd'.repeat(40) },
      variant: 'teal',
      source: 'packages/teal/artifacts/overrides/etc/motd',
    },
  ],
  depBuilders: [{ variant: 'teal', containerfile: 'packages/teal/deps/Containerfile' }],
};

/** As many packages as a desktop has. */
export function manyPackages(count: number): readonly InstalledPackage[] {
  return Array.from({ length: count }, (_, index) => {
    const { origin } = PACKAGES[index % PACKAGES.length] ?? { origin: { kind: 'unplanned', variant: 'teal' } };
    const licence = index % 3 === 0 ? `GPLv2+ with exception ${index}` : 'GPL-2.0-or-later AND (MIT OR Apache-2.0)';
    return rpm(`package-${index}`, origin, { licence, vendor: 'Fedora Project' });
  });
}

function rpm(name: string, origin: PackageOrigin, facts: Partial<InstalledPackage>): InstalledPackage {
  return {
    ...{ name, epoch: 0, version: '3.4.1', release: '1.fc44', arch: 'x86_64' },
    licence: 'MIT',
    sourceRpm: `${name}-3.4.1-1.fc44.src.rpm`,
    headerSha256: createHash('sha256').update(name).digest('hex'),
    ...facts,
    origin,
  };
}
