import { standInUnits, unitFileName } from './unit-files';

describe('unitFileName', () => {
  it.each([
    ['sshd.service', 'sshd.service'],
    ['sshd', 'sshd.service'],
    ['foo@bar.service', 'foo@.service'],
    ['foo@.timer', 'foo@.timer'],
    ['wg-quick@wg0', 'wg-quick@.service'],
  ])('%s is in %s', (unit, expected) => {
    expect(unitFileName(unit)).toBe(expected);
  });
});

describe('standInUnits', () => {
  it.each([
    ['a.service', 'system', ['/usr/lib/systemd/system/a.service'], 'multi-user.target'],
    ['a.service', 'user', ['/usr/lib/systemd/user/a.service'], 'default.target'],
    ['a.target', 'user', ['/usr/lib/systemd/user/a.target'], 'default.target'],
    ['a.socket', 'system', ['/usr/lib/systemd/system/a.socket', '/usr/lib/systemd/system/a.service'], 'sockets.target'],
    ['a.timer', 'user', ['/usr/lib/systemd/user/a.timer', '/usr/lib/systemd/user/a.service'], 'timers.target'],
    ['a.path', 'system', ['/usr/lib/systemd/system/a.path', '/usr/lib/systemd/system/a.service'], 'paths.target'],
  ] as const)('%s (%s)', (unit, scope, expected, target) => {
    const made = standInUnits(unit, scope);
    expect(made.map(({ path }) => path)).toEqual(expected);
    expect(made[0]?.content).toContain(`WantedBy=${target}\n`);
  });

  it('has none for units that are named after what they are', () => {
    expect(standInUnits('home.mount', 'system')).toEqual([]);
  });

  it('says that it is a stand-in and does nothing', () => {
    expect(standInUnits('crio.service', 'system')[0]?.content).toMatchInlineSnapshot(`
     "[Unit]
     Description=Immutablue lab stand-in for crio.service

     [Service]
     Type=oneshot
     ExecStart=/usr/bin/true

     [Install]
     WantedBy=multi-user.target
     "
    `);
  });
});
