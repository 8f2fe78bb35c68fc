import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Family } from './family/family';
import { parseFamily } from './family/parse';
import { parsePackages } from './packages-file/parse';
import { resolvePackages } from './packages-file/resolve';
import { mergePackages } from './packages-file/merge';
import { type BuildTarget } from './packages-file/resolve';
import { architectureOf } from './platform';
import { release, releases, variantName } from './testing/names';
import { render } from './testing/render';
import { upstreamProfile } from './upstream';

const packagesDirectory = join(__dirname, '../../../packages');
const names = readdirSync(packagesDirectory);
const read = (name: string, file: string) => readFileSync(join(packagesDirectory, name, file), 'utf8');

function family(): Family {
  const { value, diagnostics } = parseFamily(
    names.map((name) => ({ file: join(packagesDirectory, name, 'variant.yaml'), text: read(name, 'variant.yaml') })),
  );
  if (value === undefined) throw new Error(render(diagnostics));
  return value;
}

function packagesOf(name: string, target: BuildTarget) {
  const { value, diagnostics } = parsePackages({
    file: join(packagesDirectory, name, 'packages.yaml'),
    text: read(name, 'packages.yaml'),
    variant: variantName(name),
    options: family().knownOptions,
    releases: releases('43', '44'),
  });
  if (value === undefined) throw new Error(render(diagnostics));
  return resolvePackages(value, target);
}

describe("the workspace's own variants", () => {
  it.each(names)('%s loads for every release and platform', (name) => {
    const variant = family().variant(name);
    for (const number of releases('43', '44')) {
      for (const platform of variant.platforms) {
        const target = { release: number, architecture: architectureOf(platform), options: variant.options };
        const merged = mergePackages([...variant.applied, name].map((one) => packagesOf(one, target)));
        // What a variant installs it does not remove again.
        const removed = merged.rpmRemove.map(({ value }) => value);
        expect(merged.rpm.filter(({ value }) => removed.includes(value))).toEqual([]);
      }
    }
  });

  it.each(names)("%s names the schemas in its files' first lines, and its parent in package.json", (name) => {
    for (const schema of ['variant', 'packages']) {
      expect(read(name, `${schema}.yaml`)).toMatch(
        new RegExp(`^# yaml-language-server: \\$schema=\\.\\./\\.\\./libs/variant/schemas/${schema}\\.schema\\.json\n`),
      );
    }
    const { from, applied } = family().variant(name);
    const parents = [...(from.kind === 'variant' ? [from.name] : []), ...applied];
    const { dependencies = {} } = JSON.parse(read(name, 'package.json')) as { dependencies?: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(parents.map((parent) => `@immutablue/${parent}`));
  });

  it('cyan has the build options gui, silverblue and cyan', () => {
    expect(family().variant('cyan').options.join(',')).toBe('gui,silverblue,cyan');
  });

  it('nucleus has the packages of base without those of the desktop', () => {
    const { options, applied } = family().variant('nucleus');
    const target: BuildTarget = { release: release('44'), architecture: 'x86_64', options };
    const merged = mergePackages([...applied, 'nucleus'].map((name) => packagesOf(name, target)));
    const rpms = merged.rpm.map(({ value }) => value);
    expect(rpms).toEqual(expect.arrayContaining(['tmux', 'podman-bootc']));
    expect(rpms).not.toEqual(expect.arrayContaining(['xrdp']));
    expect(merged.rpmRemove).toEqual([]);
  });

  /** What a build on the real Fedora asks for beside Fedora's own repositories. */
  const addressesOf = (name: string) => {
    const { mapRepositoryUrl, mapRpmUrl } = upstreamProfile('fedora');
    const { platforms, options } = family().variant(name);
    return platforms.flatMap((platform) =>
      releases('43', '44').flatMap((number) => {
        const architecture = architectureOf(platform);
        const { repositories, rpmUrl, zfsRpmUrl } = packagesOf(name, { release: number, architecture, options });
        return [
          `${number} ${architecture}`,
          ...repositories.map(({ value }) => `  ${value.name} ${mapRepositoryUrl(value.url)}`),
          ...rpmUrl.map(({ value }) => `  ${mapRpmUrl(value)}`),
          ...(zfsRpmUrl === undefined ? [] : [`  ${mapRpmUrl(zfsRpmUrl.value)}`]),
        ];
      }),
    );
  };

  it('base has a repository for each package that Fedora has not', () => {
    expect(addressesOf('base').join('\n')).toMatchInlineSnapshot(`
     "43 x86_64
       tailscale.repo https://pkgs.tailscale.com/stable/fedora/tailscale.repo
       podman-bootc.repo https://copr.fedorainfracloud.org/coprs/gmaglione/podman-bootc/repo/fedora-43/gmaglione-podman-bootc-fedora-43.repo
       https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-43.noarch.rpm
       https://mirrors.rpmfusion.org/nonfree/fedora/rpmfusion-nonfree-release-43.noarch.rpm
     44 x86_64
       tailscale.repo https://pkgs.tailscale.com/stable/fedora/tailscale.repo
       podman-bootc.repo https://copr.fedorainfracloud.org/coprs/gmaglione/podman-bootc/repo/fedora-44/gmaglione-podman-bootc-fedora-44.repo
       https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-44.noarch.rpm
       https://mirrors.rpmfusion.org/nonfree/fedora/rpmfusion-nonfree-release-44.noarch.rpm"
    `);
  });

  it('trueblue has the release package of ZFS that is there for each release', () => {
    expect(addressesOf('trueblue').join('\n')).toMatchInlineSnapshot(`
     "43 x86_64
       kernel-longterm-6.12.repo https://copr.fedorainfracloud.org/coprs/kwizart/kernel-longterm-6.12/repo/fedora-43/kwizart-kernel-longterm-6.12-fedora-43.repo
       https://zfsonlinux.org/fedora/zfs-release-3-0.fc43.noarch.rpm
     44 x86_64
       kernel-longterm-6.18.repo https://copr.fedorainfracloud.org/coprs/kwizart/kernel-longterm-6.18/repo/fedora-44/kwizart-kernel-longterm-6.18-fedora-44.repo
       https://zfsonlinux.org/fedora/zfs-release-3-1.fc44.noarch.rpm"
    `);
  });
});
