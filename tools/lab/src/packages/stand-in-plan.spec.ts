import { type AllNames, type Repository } from '@immutablue/variant';
import { planStandIns, repositoryFile } from './stand-in-plan';

const names = (parts: { rpm?: string[]; rpmUrls?: string[]; repositories?: Repository[] }): AllNames => ({
  rpm: [],
  rpmRemove: [],
  rpmUrls: [],
  downloads: [],
  repositories: [],
  services: { system: [], user: [] },
  ...parts,
});

const plan = (parts: Parameters<typeof names>[0], realNames: string[] = []) =>
  planStandIns({ demands: [{ variant: 'a', names: names(parts) }], realNames, providedUnits: new Set() });

const named = (made: ReturnType<typeof plan>, architecture: string) =>
  made.packages.find((specification) => specification.architecture === architecture)?.packages.map(({ name }) => name);

describe('planStandIns', () => {
  it('makes one for every name but the real ones, which are stood in for on aarch64 alone', () => {
    const made = plan({ rpm: ['tmux', 'gcc-c++', 'cri-tools1.36', 'gcc-c++'] }, ['tmux']);
    expect(named(made, 'noarch')).toEqual(['cri-tools1.36', 'gcc-c++']);
    expect(named(made, 'aarch64')).toEqual(['tmux']);
  });

  it('is the same for the same names, whatever their order, and whichever variants name them', () => {
    const [a, b] = [names({ rpm: ['tmux', 'vim'] }), names({ rpm: ['vim', 'htop'] })];
    const demands = (first: AllNames, second: AllNames) => [
      { variant: 'a', names: first },
      { variant: 'b', names: second },
    ];
    const planned = [demands(a, b), demands(b, a)].map((one) =>
      planStandIns({ demands: one, realNames: [], providedUnits: new Set() }),
    );
    expect(planned[1]).toEqual(planned[0]);
  });

  it.each([
    ['foo-1.2', false],
    ['foo-bar-1:1.2', false],
    ['foo-1.2-3.fc44', false],
    ['kernel-devel-6.18.2-200.fc44.x86_64', false],
    ['foo-3-1.fc44', false],
    ['gcc-c++', true],
    ['cri-tools1.36', true],
    ['java-21-openjdk-devel', true],
    ['xorg-x11-fonts-ISO8859-1-75dpi', true],
    ['compat-libgfortran-48', true],
    ['google-noto-sans-fonts-v1.2', true],
  ])('makes one of %s, which is no version: %s', (name, isName) => {
    const made = plan({ rpm: [name] });
    expect(named(made, 'noarch')).toEqual(isName ? [name] : []);
    expect(made.files).toHaveLength(isName ? 1 : 0);
  });

  it('gives each a file that says what it is', () => {
    const made = plan({ rpm: ['tailscale'] });
    expect(made.packages[0]?.packages[0]).toMatchObject({
      summary: 'Immutablue lab stand-in for tailscale',
      files: [{ path: '/usr/share/immutablue/lab/stand-ins/tailscale', kind: 'file' }],
    });
    expect(made.files).toEqual([
      {
        path: '/usr/share/immutablue/lab/stand-ins/tailscale',
        content: 'tailscale is a stand-in made by the Immutablue lab\n',
      },
    ]);
  });

  it.each([
    ['https://a.example/x/rpmfusion-free-release-44.noarch.rpm', 'rpmfusion-free-release', '44'],
    ['https://a.example/zfs-release-3-0.fc44.noarch.rpm', 'zfs-release', '3'],
    ['https://a.example/kernel-6.18.2-200.fc44.x86_64.rpm', 'kernel', '6.18.2'],
    ['https://a.example/latest.rpm', 'latest', '0'],
    ['https://a.example/odd name%20(1).rpm', 'odd_name_20_1_', '0'],
  ])('names the package of %s', (url, name, version) => {
    const [made] = plan({ rpmUrls: [url] }).urlPackages;
    expect(made?.fileName).toBe(url.slice(url.lastIndexOf('/') + 1));
    expect(made?.rpm).toMatchObject({ name, version });
  });

  it('makes a package for each version at different addresses', () => {
    const made = plan({ rpmUrls: ['https://a.example/r-43.noarch.rpm', 'https://a.example/r-44.noarch.rpm'] });
    expect(made.urlPackages.map(({ rpm }) => `${rpm.name} ${rpm.version}`)).toEqual(['r 43', 'r 44']);
  });
});

describe('repositoryFile', () => {
  it('leads to the packages of the lab and insists on signatures', () => {
    const file = repositoryFile('https://pkgs.tailscale.com/stable/fedora/tailscale.repo');
    expect(`${file.path}\n${file.content}`).toMatchInlineSnapshot(`
     "pkgs.tailscale.com_stable_fedora_tailscale.repo
     [lab-pkgs.tailscale.com_stable_fedora_tailscale]
     name=Immutablue lab: stand-in for https://pkgs.tailscale.com/stable/fedora/tailscale.repo
     baseurl=file:///run/immutablue/lab/rpms
     enabled=1
     gpgcheck=1
     gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-immutablue-lab
     "
    `);
  });
});
