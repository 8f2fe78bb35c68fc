import { type Entry, type ResolvedPackages, type Services } from './packages';
import { withoutRepetitions } from './repetitions';

/**
 * The lists of several variants joined in order, the first of equal values kept; of the single values (`ltsVersion`,
 * `zfsRpmUrl`) the last counts, so that a variant can replace what it applies.
 */
export function mergePackages(list: readonly ResolvedPackages[]): ResolvedPackages {
  const join = <T extends string | { readonly name: string }>(
    pick: (packages: ResolvedPackages) => readonly Entry<T>[],
  ): readonly Entry<T>[] => withoutRepetitions(list.flatMap(pick));
  const scopes = (action: keyof Services) => ({
    system: join((packages) => packages.services[action].system),
    user: join((packages) => packages.services[action].user),
  });
  const ltsVersion = list.findLast((packages) => packages.ltsVersion !== undefined)?.ltsVersion;
  const zfsRpmUrl = list.findLast((packages) => packages.zfsRpmUrl !== undefined)?.zfsRpmUrl;
  return {
    repositories: join((packages) => packages.repositories),
    rpm: join((packages) => packages.rpm),
    rpmUrl: join((packages) => packages.rpmUrl),
    rpmPostUrl: join((packages) => packages.rpmPostUrl),
    rpmRemove: join((packages) => packages.rpmRemove),
    scriptlets: join((packages) => packages.scriptlets),
    pip: join((packages) => packages.pip),
    downloads: join((packages) => packages.downloads),
    fileRemove: join((packages) => packages.fileRemove),
    services: {
      enable: scopes('enable'),
      disable: scopes('disable'),
      mask: scopes('mask'),
      unmask: scopes('unmask'),
    },
    quadlets: join((packages) => packages.quadlets),
    flatpakRepositories: join((packages) => packages.flatpakRepositories),
    flatpaks: join((packages) => packages.flatpaks),
    flatpakRuntimes: join((packages) => packages.flatpakRuntimes),
    flatpaksRemove: join((packages) => packages.flatpaksRemove),
    brew: {
      install: join((packages) => packages.brew.install),
      uninstall: join((packages) => packages.brew.uninstall),
    },
    distrobox: join((packages) => packages.distrobox),
    nix: { install: join((packages) => packages.nix.install) },
    ...(ltsVersion === undefined ? {} : { ltsVersion }),
    ...(zfsRpmUrl === undefined ? {} : { zfsRpmUrl }),
  };
}
