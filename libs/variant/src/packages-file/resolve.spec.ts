import { definitionOf, target, valuesOf } from '../testing/definition';
import { buildOptions } from '../testing/names';
import { allNames } from './all-names';
import { mergePackages } from './merge';
import { type Entry } from './packages';
import { resolvePackages } from './resolve';

/** Each list of one key holds its own address, so that the order of the values is the order of the lists. */
const everyList = `immutablue:
  rpm_cyan_x86_64: {44_x86_64: [cyan-x86-44x], all: [cyan-x86-all], 44: [cyan-x86-44], all_x86_64: [cyan-x86-allx]}
  rpm_cyan: {44_x86_64: [cyan-44x], all_x86_64: [cyan-allx], 44: [cyan-44], all: [cyan-all], 43: [other-release]}
  rpm_gui_aarch64: {all: [other-architecture]}
  rpm_gui_x86_64: {all: [gui-x86-all]}
  rpm_gui: {all: [gui-all], all_aarch64: [other-architecture]}
  rpm_nucleus: {all: [other-option], 44: [other-option]}
  rpm_x86_64: {44: [x86-44], all: [x86-all]}
  rpm_aarch64: {all: [other-architecture]}
  rpm: {43: [other-release], 44_x86_64: [44x], 43_x86_64: [other-release], all_x86_64: [allx], 44: ['n44'], all: [all]}
`;

const sha256 = '0a'.repeat(32);

describe('resolvePackages', () => {
  it('joins the lists in the order of the format, whatever their order in the file', () => {
    expect(valuesOf(resolvePackages(definitionOf(everyList), target).rpm)).toEqual([
      ...['all', 'n44', 'allx', '44x', 'x86-all', 'x86-44'],
      ...['gui-all', 'gui-x86-all'],
      ...[
        'cyan-all',
        'cyan-44',
        'cyan-allx',
        'cyan-44x',
        'cyan-x86-all',
        'cyan-x86-44',
        'cyan-x86-allx',
        'cyan-x86-44x',
      ],
    ]);
  });

  it('takes the build options in their order', () => {
    const options = buildOptions('cyan', 'gui');
    const text = 'immutablue: {rpm_gui: {all: [a]}, rpm_cyan: {all: [b]}, rpm: {all: [c]}}';
    expect(valuesOf(resolvePackages(definitionOf(text), { ...target, options }).rpm)).toEqual(['c', 'b', 'a']);
  });

  it('keeps the first of equal values, with its place', () => {
    const text = 'immutablue:\n  rpm_gui:\n    all: [git, tmux]\n  rpm:\n    44: [git]\n    all: [git, git]\n';
    const { rpm } = resolvePackages(definitionOf(text), target);
    expect(rpm.map(({ value, location, variant }) => [value, location.line, location.column, variant])).toEqual([
      ['git', 6, 11, 'base'],
      ['tmux', 3, 16, 'base'],
    ]);
  });

  it('resolves every key', () => {
    const definition = definitionOf(
      `immutablue:
  repo_urls: {all: [{name: a.repo, url: 'https://x/a'}, {name: a.repo, url: 'https://x/b'}]}
  rpm: {all: [a]}
  rpm_url: {all: ['https://x/a.rpm']}
  rpm_post_url: {all: ['https://x/post.rpm']}
  rpm_rm: {all: [b]}
  scriptlets: {all: [{name: b, policy: allow-failure, reason: it does no harm}]}
  pip_packages: {all: [c]}
  downloads:
    all_x86_64: [{name: x, url: 'https://x/x.tgz', sha256: SHA, path: /usr/bin/x, member: x/bin}]
    all_aarch64: [{name: y, url: 'https://x/y', sha256: SHA, path: /usr/bin/y}]
  file_rm: {all: [/etc/d]}
  services_enable_sys: {all: [e.service]}
  services_enable_user: {all: [f.service]}
  services_disable_sys: {all: [g.service]}
  services_disable_user: {all: [h.service]}
  services_mask_sys: {all: [i.service]}
  services_mask_user: {all: [j.service]}
  services_unmask_sys: {all: [k.service]}
  services_unmask_user: {all: [l.service]}
  quadlets_enable_sys: {all: [web.container]}
  flatpak_repos: {all: [{name: flathub, url: 'https://x/m'}]}
  flatpaks: {all: [org.x.N]}
  flatpaks_runtime: {all: [org.x.O/x86_64/1]}
  flatpaks_rm: {all: [org.x.P]}
  brew: {install: {all: [q]}, install_cyan: {44: [r]}, uninstall_x86_64: {all: [s]}}
  distrobox:
    all:
      - name: dev
        image: x/dev
        image_x86_64: x/dev-x86
        packages: [t]
        packages_x86_64: [u]
        packages_aarch64: [v]
        pkg_inst_cmd: dnf install
        bin_export:
  nix: {install: {all: [nixpkgs.w]}}
  lts_version: {43: '6.12', 44: '6.18'}
  zfs_rpm_url: {44: 'https://x/zfs.rpm'}
`.replaceAll('SHA', sha256),
    );
    const withoutPlaces = JSON.parse(
      JSON.stringify(resolvePackages(definition, target), (_, value: unknown) =>
        typeof value === 'object' && value !== null && 'location' in value ? (value as Entry<unknown>).value : value,
      ),
    ) as unknown;
    expect(withoutPlaces).toEqual({
      repositories: [{ name: 'a.repo', url: 'https://x/a' }],
      rpm: ['a'],
      rpmUrl: ['https://x/a.rpm'],
      rpmPostUrl: ['https://x/post.rpm'],
      rpmRemove: ['b'],
      scriptlets: [{ name: 'b', policy: 'allow-failure', reason: 'it does no harm' }],
      pip: ['c'],
      downloads: [{ name: 'x', url: 'https://x/x.tgz', sha256, path: '/usr/bin/x', member: 'x/bin' }],
      fileRemove: ['/etc/d'],
      services: {
        enable: { system: ['e.service'], user: ['f.service'] },
        disable: { system: ['g.service'], user: ['h.service'] },
        mask: { system: ['i.service'], user: ['j.service'] },
        unmask: { system: ['k.service'], user: ['l.service'] },
      },
      quadlets: ['web.container'],
      flatpakRepositories: [{ name: 'flathub', url: 'https://x/m' }],
      flatpaks: ['org.x.N'],
      flatpakRuntimes: ['org.x.O/x86_64/1'],
      flatpaksRemove: ['org.x.P'],
      brew: { install: ['q', 'r'], uninstall: ['s'] },
      distrobox: [
        {
          name: 'dev',
          image: 'x/dev-x86',
          root: false,
          packages: ['t', 'u'],
          additionalFlags: [],
          packageInstallCommand: 'dnf install',
          npmPackages: [],
          pipPackages: [],
          cargoPackages: [],
          binaryExports: [],
          applicationExports: [],
          binarySymlinks: [],
        },
      ],
      nix: { install: ['nixpkgs.w'] },
      ltsVersion: '6.18',
      zfsRpmUrl: 'https://x/zfs.rpm',
    });
  });

  it('leaves Python packages out of nucleus', () => {
    const definition = definitionOf('immutablue: {pip_packages: {all: [a]}, pip_packages_nucleus: {all: [b]}}');
    expect(resolvePackages(definition, { ...target, options: buildOptions('nucleus') }).pip).toEqual([]);
  });
});

describe('mergePackages', () => {
  const base = resolvePackages(
    definitionOf("immutablue: {rpm: {all: [git, tmux]}, lts_version: {44: '6.12'}, brew: {install: {all: [a]}}}"),
    target,
  );
  const cyan = resolvePackages(
    definitionOf(
      "immutablue: {rpm: {all: [htop, git]}, lts_version: {44: '6.18'}, services_mask_user: {all: [a.timer]}}",
      'cyan',
    ),
    target,
  );

  it('joins lists in order, the first of equal values kept, and lets the last single value count', () => {
    const merged = mergePackages([base, cyan]);
    expect(merged.rpm.map(({ value, variant }) => [value, variant])).toEqual([
      ['git', 'base'],
      ['tmux', 'base'],
      ['htop', 'cyan'],
    ]);
    expect(merged.ltsVersion).toMatchObject({ value: '6.18', variant: 'cyan' });
    expect(valuesOf(merged.services.mask.user)).toEqual(['a.timer']);
    expect(valuesOf(merged.brew.install)).toEqual(['a']);
  });

  it('changes nothing about one, and makes nothing out of none', () => {
    expect(mergePackages([cyan])).toEqual(cyan);
    expect(mergePackages([])).toEqual(mergePackages([mergePackages([])]));
    expect(mergePackages([]).rpm).toEqual([]);
  });
});

describe('allNames', () => {
  it('has the names of all releases, architectures and options, each once', () => {
    const names = allNames(definitionOf(everyList));
    expect(names.rpm).toHaveLength(new Set(names.rpm).size);
    expect(names.rpm).toEqual(expect.arrayContaining(['other-option', 'other-release', 'other-architecture', 'all']));
  });

  it('has units by scope, and all addresses', () => {
    const definition = definitionOf(`immutablue:
  services_enable_sys_gui: {all: [a.service]}
  services_mask_sys: {43: [b.service, a.service]}
  services_disable_user_aarch64: {all: [c.timer]}
  rpm_rm_cyan: {all: [d]}
  rpm_url: {43: ['https://x/43.rpm'], 44: ['https://x/44.rpm']}
  rpm_post_url: {44: ['https://x/44.rpm']}
  zfs_rpm_url: {43: 'https://x/zfs.rpm'}
  downloads: {43: [{name: d, url: 'https://x/d', sha256: ${sha256}, path: /usr/bin/d}]}
  repo_urls: {43: [{name: a.repo, url: 'https://x/43'}], 44: [{name: a.repo, url: 'https://x/44'}]}
`);
    expect(allNames(definition)).toEqual({
      rpm: [],
      rpmRemove: ['d'],
      rpmUrls: ['https://x/43.rpm', 'https://x/44.rpm', 'https://x/zfs.rpm'],
      repositories: [
        { name: 'a.repo', url: 'https://x/43' },
        { name: 'a.repo', url: 'https://x/44' },
      ],
      downloads: [{ name: 'd', url: 'https://x/d', sha256, path: '/usr/bin/d' }],
      services: { system: ['a.service', 'b.service'], user: ['c.timer'] },
    });
  });
});
