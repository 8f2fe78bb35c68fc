import { DIRECTORY, imageWith, link } from '../../testing/image-root';
import { readGeneratorOutput } from './quadlets';
import { isStateAfter } from './services';
import { templateOf, unitLinks } from './unit-links';
import { readVerifyOutput } from './verify-output';

describe('unitLinks', () => {
  it('finds links to units that are not there, of the system and of users', async () => {
    const image = await imageWith({
      '/etc/systemd/system/multi-user.target.wants/gone.service': link('/usr/lib/systemd/system/gone.service'),
      '/usr/lib/systemd/user/default.target.requires/gone.socket': link('../gone.socket'),
      '/etc/systemd/system/alias.service': link('/usr/lib/systemd/system/gone.service'),
    });
    expect((await unitLinks.run(image)).map(({ message }) => message)).toEqual([
      'there is no system unit `alias.service`: the link `/etc/systemd/system/alias.service` leads to `/usr/lib/systemd/system/gone.service`, which is missing',
      'there is no system unit `gone.service`: the link `/etc/systemd/system/multi-user.target.wants/gone.service` leads to `/usr/lib/systemd/system/gone.service`, which is missing',
      'there is no user unit `gone.socket`: the link `/usr/lib/systemd/user/default.target.requires/gone.socket` leads to `../gone.socket`, which is missing',
    ]);
  });

  it('accepts units under their names, instances, masked units and other files', async () => {
    const image = await imageWith({
      '/usr/lib/systemd/system/a.service': 'x',
      '/usr/lib/systemd/system/b@.service': 'x',
      '/etc/systemd/system/masked.service': link('/dev/null'),
      '/etc/systemd/system/x.target.wants/a.service': link('/nowhere/a.service'),
      '/etc/systemd/system/x.target.wants/b@1.service': link('../nowhere'),
      '/etc/systemd/system/x.target.wants/masked.service': link('../nowhere'),
      '/etc/systemd/system/x.service.d': DIRECTORY,
    });
    expect(await unitLinks.run(image)).toEqual([]);
  });

  it.each([
    ['getty@tty1.service', 'getty@.service'],
    ['a.service', 'a.service'],
  ])('%s comes from %s', (name, expected) => {
    expect(templateOf(name)).toBe(expected);
  });
});

it('reads what systemd-analyze says of units', () => {
  const output = [
    "/usr/lib/systemd/system/a.service:3: Unknown key 'Foo' in section [Unit], ignoring.",
    'Unit b.service not found.',
    'c.service: Command /usr/bin/no is not executable: No such file or directory',
    '/etc/systemd/system/d.timer: Timer unit lacks value setting. Refusing.',
    'Failed to load unit file e.service: Invalid argument',
    'something else',
  ].join('\n');
  expect(readVerifyOutput(output)).toEqual([
    { subject: '/usr/lib/systemd/system/a.service', line: 3, text: "Unknown key 'Foo' in section [Unit], ignoring." },
    { subject: 'b.service', text: 'Unit b.service not found.' },
    { subject: 'c.service', text: 'Command /usr/bin/no is not executable: No such file or directory' },
    { subject: '/etc/systemd/system/d.timer', text: 'Timer unit lacks value setting. Refusing.' },
    { subject: 'e.service', text: 'Failed to load unit file e.service: Invalid argument' },
  ]);
});

it("reads what podman's generator says of quadlets", () => {
  const output = [
    'quadlet-generator[1]: Loading source unit file /usr/share/containers/systemd/a.container',
    `quadlet-generator[1]: converting "a.container": unsupported key 'Foo' in group 'Container'`,
    'converting "b.container": no Image or Rootfs key specified',
  ].join('\n');
  expect(readGeneratorOutput(output, ['/usr/share/containers/systemd/a.container'])).toEqual([
    {
      path: '/usr/share/containers/systemd/a.container',
      message: "`a.container`: unsupported key 'Foo' in group 'Container'",
    },
    { message: '`b.container`: no Image or Rootfs key specified' },
  ]);
});

it.each([
  ['enable', 'enabled', true],
  ['enable', 'disabled', false],
  ['enable', 'static', false],
  ['enable', 'indirect', true],
  ['enable', 'not-found', false],
  ['enable', '', false],
  ['disable', '', false],
  ['disable', 'disabled', true],
  ['disable', 'enabled', false],
  ['mask', 'masked', true],
  ['mask', 'disabled', false],
  ['unmask', 'static', true],
  ['unmask', 'masked', false],
] as const)('after %s, %s is right: %s', (action, state, expected) => {
  expect(isStateAfter(action, state)).toBe(expected);
});
