import { compareContents } from './difference';
import { contentsOf, type TestImage } from './testing/contents';

const difference = (before: TestImage, after: TestImage) => compareContents(contentsOf(before), contentsOf(after));
const files = (before: readonly string[], after: readonly string[]) =>
  difference({ entries: before }, { entries: after }).files;

describe('packages', () => {
  const packages = (before: readonly string[], after: readonly string[]) =>
    Object.entries(difference({ packages: before }, { packages: after }).packages).flatMap(([kind, changes]) =>
      (changes as readonly { name: string }[]).map(({ name }) => `${kind} ${name}`),
    );

  it.each([
    ['the same', ['a 1-1'], ['a 1-1'], []],
    ['newer by ten', ['a 9-1'], ['a 10-1'], ['upgraded a']],
    ['older', ['a 1.0-2'], ['a 1.0-1'], ['downgraded a']],
    ['a pre-release', ['a 1.0-1'], ['a 1.0~rc1-1'], ['downgraded a']],
    ['another architecture', ['a 1-1.i686'], ['a 1-1.x86_64'], ['replaced a']],
    ['one of several kernels', ['kernel 6.1', 'kernel 6.9'], ['kernel 6.9', 'kernel 6.10'], ['upgraded kernel']],
    ['one more kernel', ['kernel 6.1'], ['kernel 6.1', 'kernel 6.2'], ['added kernel']],
    ['others', ['a 1'], ['b 1'], ['added b', 'removed a']],
  ])('%s', (_, before, after, expected) => {
    expect(packages(before, after)).toEqual(expected);
  });
});

describe('files', () => {
  it.each([
    ['added', ['/usr/'], ['/usr/', '/usr/a=1'], { added: ['/usr/a'], changed: [], removed: [] }],
    ['another mode', ['/etc/a=1'], ['0600 /etc/a=1'], { added: [], changed: ['/etc/a'], removed: [] }],
    [
      'a directory of another mode',
      ['0755 /etc/'],
      ['0700 /etc/x/', '0700 /etc/'],
      { added: [], changed: [], removed: [] },
    ],
    ['a directory that is made', [], ['/usr/x/'], { added: [], changed: [], removed: [] }],
    [
      'a file in place of a directory',
      ['/usr/x/', '/usr/x/a=1'],
      ['/usr/x=1'],
      { added: [], changed: ['/usr/x'], removed: ['/usr/x/a'] },
    ],
    ['elsewhere', ['/var/a=1', '/opt/a=1'], ['/var/b=1'], { added: [], changed: [], removed: [] }],
    [
      'the package database',
      ['/usr/share/rpm/rpmdb.sqlite=1'],
      ['/usr/share/rpm/rpmdb.sqlite=2'],
      { added: [], changed: [], removed: [] },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(files(before, after)).toEqual(expected);
  });

  it('names settings first, then programs', () => {
    expect(files([], ['/usr/share/a=1', '/usr/lib/a=1', '/usr/bin/a=1', '/etc/b=1', '/etc/a=1']).added).toEqual([
      '/etc/a',
      '/etc/b',
      '/usr/bin/a',
      '/usr/lib/a',
      '/usr/share/a',
    ]);
  });

  it('leaves out those of packages that changed, by whatever way the packages name them', () => {
    const entries = ['/usr/', '/usr/bin/', '/usr/lib/', '/bin -> usr/bin', '/lib64 -> lib', '/lib -> usr/lib'];
    const { files } = difference(
      {
        packages: ['a 1', 'b 1'],
        packageFiles: { a: ['/bin/a', '/lib64/a'], b: ['/usr/bin/b'] },
        entries: [...entries, '/usr/bin/a=1', '/usr/lib/a=1', '/usr/bin/b=1'],
      },
      {
        packages: ['a 2', 'b 1'],
        packageFiles: { a: ['/bin/a', '/bin/new'], b: ['/usr/bin/b'] },
        entries: [...entries, '/usr/bin/a=2', '/usr/bin/new=2', '/usr/bin/b=2'],
      },
    );
    expect(files).toEqual({ added: [], changed: ['/usr/bin/b'], removed: [] });
  });

  it('sees through links in a circle', () => {
    const entries = ['/usr/', '/a -> b', '/b -> a'];
    const image = { packageFiles: { p: ['/a/x'] }, entries };
    expect(difference({ ...image, packages: ['p 1'] }, { ...image, packages: ['p 2'] }).files.changed).toEqual([]);
  });
});

describe('units', () => {
  const ETC = '/etc/systemd/system';
  const USR = '/usr/lib/systemd/system';
  const states = (...entries: readonly string[]) =>
    difference({}, { entries }).units.map(({ name, scope, after }) => `${name} ${scope} ${after}`);

  it.each([
    ['a unit', [`${USR}/a.service=x`], ['a.service system disabled']],
    ['a unit of the administrator', [`${ETC}/a.service=x`], ['a.service system disabled']],
    ['one of users', ['/usr/lib/systemd/user/a.timer=x'], ['a.timer user disabled']],
    [
      'one that is wanted',
      [`${USR}/a.service=x`, `${ETC}/multi-user.target.wants/a.service -> ${USR}/a.service`],
      ['a.service system enabled'],
    ],
    [
      'an instance',
      [`${ETC}/getty.target.wants/getty@tty1.service -> ${USR}/getty@.service`],
      ['getty@tty1.service system enabled'],
    ],
    [
      'an alias',
      [`${USR}/gdm.service=x`, `${ETC}/display-manager.service -> ${USR}/gdm.service`],
      ['gdm.service system enabled'],
    ],
    ['the target that is booted into', [`${ETC}/default.target -> ${USR}/graphical.target`], []],
    [
      'one that is always wanted',
      [`${USR}/a.service=x`, `${USR}/sysinit.target.wants/a.service -> ../a.service`],
      ['a.service system disabled'],
    ],
    ['one that is masked', [`${USR}/a.service=x`, `${ETC}/a.service -> /dev/null`], ['a.service system masked']],
    ['one that is masked by an empty file', [`${ETC}/a.service=`], ['a.service system masked']],
    [
      'one that is masked below what counts',
      [`${USR}/a.service -> /dev/null`, `${ETC}/a.service=x`],
      ['a.service system disabled'],
    ],
    ['what is no unit', [`${USR}/a.service.d/b.conf=x`, `${USR}/README=x`], []],
  ])('%s', (_, entries, expected) => {
    expect(states(...entries)).toEqual(expected);
  });

  it('tells of links that enable and mask as units, and of no other ones', () => {
    const links = [`${ETC}/a.service -> /dev/null`, `${ETC}/default.target -> /x`];
    expect(files([], [...links, `${ETC}/x.target.wants/b.service -> ${USR}/b.service`]).added).toEqual([
      `${ETC}/default.target`,
    ]);
  });
});

it('compares kernel arguments for the architecture, whatever file they are in', () => {
  const before = ['kargs = ["quiet", "old"]', 'kargs = ["arm"]\nmatch-architectures = ["aarch64"]'];
  const after = ['kargs = ["new"]\nmatch-architectures = ["x86_64"]', 'kargs = ["quiet"]', '= no TOML', 'kargs = 1'];
  expect(difference({ kernelArguments: before }, { kernelArguments: after }).kernelArguments).toEqual({
    added: ['new'],
    removed: ['old'],
    unreadable: ['/k/2.toml', '/k/3.toml'],
  });
});

describe('bytes', () => {
  const sizes = (before: TestImage['layers'] = {}, after: TestImage['layers'] = {}) => {
    const { size, download } = difference({ layers: before }, { layers: after });
    return { size, download };
  };

  it('counts the blobs that the image before does not have, each once', () => {
    expect(sizes({ base: [100, 40], own: [10, 5] }, { base: [100, 40], other: [20, 9] })).toEqual({
      size: { before: { uncompressed: 110, compressed: 45 }, after: { uncompressed: 120, compressed: 49 } },
      download: { kind: 'compressed', bytes: 9, layers: 1, of: 2 },
    });
  });

  it('counts uncompressed layers while the image after is not published', () => {
    expect(sizes({ base: [100, 40], own: [10, 5] }, { base: 100, other: 20 })).toEqual({
      size: { before: { uncompressed: 110, compressed: 45 }, after: { uncompressed: 120 } },
      download: { kind: 'uncompressed', bytes: 20, layers: 1, of: 2 },
    });
  });
});
