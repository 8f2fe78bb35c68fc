import { parseControl, rpmVersionOf, toRpmPackage } from './debian-package';
import { REAL_PACKAGES } from './real-package-names';
import { isRpmName } from './rpm-spec';

describe('parseControl', () => {
  it('reads names of dependencies without versions, architectures and alternatives of other kinds', () => {
    const control = [
      'Package: git',
      'Version: 1:2.47.3-0+deb13u1',
      'Pre-Depends: dpkg (>= 1.17)',
      'Depends: libc6 (>= 2.38), perl:any, liberror-perl, default-mta | mail-transport-agent',
      'Provides: git-core (= 1), git-completion',
      'Description: fast, scalable, distributed revision control system',
      ' Git is popular: Depends: nothing.',
    ].join('\n');
    expect(parseControl(control)).toEqual({
      name: 'git',
      version: '1:2.47.3-0+deb13u1',
      description: 'fast, scalable, distributed revision control system',
      depends: [['dpkg'], ['libc6'], ['perl'], ['liberror-perl'], ['default-mta', 'mail-transport-agent']],
      provides: ['git-core', 'git-completion'],
    });
  });
});

describe('rpmVersionOf', () => {
  it.each([
    ['1:2.47.3-0+deb13u1', { epoch: '1', version: '2.47.3', release: '0+deb13u1.lab' }],
    ['3.5a-3', { version: '3.5a', release: '3.lab' }],
    ['2:4.22.11+dfsg-0+deb13u1', { epoch: '2', version: '4.22.11+dfsg', release: '0+deb13u1.lab' }],
    ['1.48.0-2-3', { version: '1.48.0.2', release: '3.lab' }],
    ['20250101', { version: '20250101', release: '0.lab' }],
  ])('%s', (debian, expected) => {
    const version = rpmVersionOf(debian);
    expect(version).toEqual(expected);
    expect(isRpmName(version.version) && isRpmName(version.release)).toBe(true);
  });
});

describe('toRpmPackage', () => {
  const library = {
    name: 'libevent',
    version: '2.1-1',
    description: 'events',
    depends: [],
    provides: ['libevent-abi'],
  };
  const tmux = {
    name: 'tmux',
    version: '3.5a-3',
    description: 'terminal multiplexer',
    depends: [['libevent-abi', 'libev'], ['libc6'], ['tmux']],
    provides: [],
  };

  it('requires what it depends on among the packages that are made, and neither the root filesystem nor itself', () => {
    expect(toRpmPackage(tmux, [library, tmux], [], REAL_PACKAGES)).toMatchObject({
      name: 'tmux',
      requires: ['lab-libevent'],
    });
  });

  it('keeps names of packages that no packages.yaml knows apart', () => {
    expect(toRpmPackage(library, [library], [], REAL_PACKAGES).name).toBe('lab-libevent');
    expect(toRpmPackage({ ...tmux, name: 'shellcheck' }, [], [], REAL_PACKAGES).name).toBe('ShellCheck');
  });
});
