import { type AllNames } from '@immutablue/variant';
import { nearestPackages, placeUnits, type PackagesDemand } from './unit-placement';

describe('nearestPackages', () => {
  it.each([
    ['crio.service', ['age', 'cri-o', 'cri-tools1.36'], ['cri-o']],
    ['tailscaled.service', ['syncthing', 'tailscale'], ['tailscale']],
    ['syncthing.service', ['syncthing-tools', 'syncthing'], ['syncthing']],
    ['cockpit.socket', ['cockpit-files', 'cockpit'], ['cockpit']],
    ['libvirtd.socket', ['libva-utils', 'libvirt', 'libvirt-dbus'], ['libvirt']],
    [
      'kubelet.service',
      ['kubernetes1.35', 'kubernetes1.36', 'kubernetes1.36-client'],
      ['kubernetes1.35', 'kubernetes1.36'],
    ],
    ['nothing-like-it.service', ['age', 'cri-o'], ['age']],
    ['sshd.service', [], []],
  ])('%s among %j', (unit, packages, expected) => {
    expect(nearestPackages(unit, packages)).toEqual(expected);
  });
});

describe('placeUnits', () => {
  const demand = (variant: string, rpm: string[], system: string[], user: string[] = []): PackagesDemand => ({
    variant,
    names: { rpm, services: { system, user } } as unknown as AllNames,
  });
  const place = (demands: PackagesDemand[], standIns: string[], provided: string[] = []) => {
    const { files, unplaced } = placeUnits(demands, new Set(standIns), new Set(provided));
    return {
      files: Object.fromEntries([...files].map(([name, held]) => [name, held.map(({ path }) => path)])),
      unplaced: unplaced.map(({ variant, unit }) => `${variant}: ${unit}`),
    };
  };

  it('puts a unit into the stand-in it belongs to', () => {
    expect(place([demand('a', ['tailscale'], ['tailscaled.service'])], ['tailscale'])).toEqual({
      files: { tailscale: ['/usr/lib/systemd/system/tailscaled.service'] },
      unplaced: [],
    });
  });

  it.each([
    ['the root filesystem', '/usr/lib/systemd/system/sshd.service'],
    ['an override in /etc', '/etc/systemd/system/sshd.service'],
  ])('makes none for a unit of %s', (_, provided) => {
    expect(place([demand('a', ['tailscale'], ['sshd.service'])], ['tailscale'], [provided])).toEqual({
      files: {},
      unplaced: [],
    });
  });

  it('tells the scopes apart', () => {
    const provided = ['/usr/lib/systemd/system/syncthing.service'];
    expect(place([demand('a', ['syncthing'], [], ['syncthing.service'])], ['syncthing'], provided).files).toEqual({
      syncthing: ['/usr/lib/systemd/user/syncthing.service'],
    });
  });

  it('keeps the service that a socket starts when it is there', () => {
    const provided = ['/usr/lib/systemd/system/cockpit.service'];
    expect(place([demand('a', ['cockpit'], ['cockpit.socket'])], ['cockpit'], provided).files).toEqual({
      cockpit: ['/usr/lib/systemd/system/cockpit.socket'],
    });
  });

  it('never uses a real package', () => {
    expect(place([demand('a', ['samba', 'samba-client'], ['samba.service'])], ['samba-client']).files).toEqual({
      'samba-client': ['/usr/lib/systemd/system/samba.service'],
    });
  });

  it('gives every variant that names a unit one of its own packages to carry it, once', () => {
    const demands = [demand('a', ['cockpit'], ['cockpit.service']), demand('b', ['cockpit', 'x'], ['cockpit.service'])];
    expect(place(demands, ['cockpit', 'x']).files).toEqual({ cockpit: ['/usr/lib/systemd/system/cockpit.service'] });
  });

  it('names units that nothing can carry, unless another variant brings them', () => {
    const demands = [
      demand('base', ['syncthing'], ['syncthing.service']),
      demand('teal', [], ['syncthing.service', 'other.service', 'home.mount']),
    ];
    expect(place(demands, ['syncthing']).unplaced).toEqual(['teal: other.service', 'teal: home.mount']);
  });
});
