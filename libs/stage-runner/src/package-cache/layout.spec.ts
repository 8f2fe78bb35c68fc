import { mountsOf } from '@immutablue/plan';
import { inDirectory, isSolverFileOf, repositoryOf } from './layout';

const PACKAGE_MOUNTS = mountsOf(['packages'], { repository: undefined, cacheDirectory: '/c' });

describe('repositoryOf', () => {
  it.each([
    ['fedora-2d95c80a1fa0a67d', 'fedora'],
    ['copr:copr.example.org:group:name-0123456789abcdef', 'copr:copr.example.org:group:name'],
    ['fedora', undefined],
    ['fedora-0123', undefined],
    // RPMs given by address: no metadata say what they have to be.
    ['commandline-0123456789abcdef', undefined],
    ['@commandline-0123456789abcdef', undefined],
  ])('%s is of %s', (directory, repository) => {
    expect(repositoryOf(directory)).toBe(repository);
  });
});

describe('isSolverFileOf', () => {
  it.each([
    ['fedora.solv', true],
    ['fedora-filenames.solvx', true],
    ['fedora-updateinfo.solvx', true],
    ['fedora-updates.solv', false],
    ['updates.solv', false],
    ['fedora.json', false],
  ])('%s: %s', (file, expected) => {
    expect(isSolverFileOf('fedora', file)).toBe(expected);
  });
});

describe('inDirectory', () => {
  it('puts the folder of a build into the mounts that stand for it, and leaves others alone', () => {
    const other = { source: '/lab', target: '/run/lab', access: 'read-only' as const };
    expect(inDirectory([other, ...PACKAGE_MOUNTS], '/own')).toEqual([
      other,
      { source: '/own/dnf', target: '/var/cache/dnf', access: 'read-write' },
      { source: '/own/libdnf5', target: '/var/cache/libdnf5', access: 'read-write' },
    ]);
  });
});
