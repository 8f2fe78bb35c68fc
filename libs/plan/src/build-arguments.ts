import { upstreamProfile, type ResolvedPackages } from '@immutablue/variant';
import type { PlanInput } from './model';

/**
 * The single values of packages.yaml that only scripts and dep-builders can use, by the name under which they get them;
 * those that are not set are absent.
 */
export interface PackageValues {
  readonly LTS_VERSION?: string;
  readonly ZFS_RPM_URL?: string;
}

/** The single values as they hold for this upstream. */
export function packageValues({ packages, upstream }: Pick<PlanInput, 'packages' | 'upstream'>): PackageValues {
  const { ltsVersion, zfsRpmUrl }: ResolvedPackages = packages;
  return {
    ...(ltsVersion === undefined ? {} : { LTS_VERSION: ltsVersion.value }),
    ...(zfsRpmUrl === undefined ? {} : { ZFS_RPM_URL: upstreamProfile(upstream).mapRpmUrl(zfsRpmUrl.value) }),
  };
}

/**
 * What a dep-builder gets as build arguments, besides `IMAGE`, which is known only when it runs. The repositories are
 * those that the image itself gets later: `<file name>=<address>`, separated by spaces.
 */
export function buildArguments(input: PlanInput): Readonly<Record<string, string>> {
  const { mapRepositoryUrl } = upstreamProfile(input.upstream);
  const repositories = input.packages.repositories.map(({ value }) => `${value.name}=${mapRepositoryUrl(value.url)}`);
  return {
    RELEASE: input.release,
    ARCHITECTURE: input.architecture,
    BUILD_OPTIONS: input.variant.options.join(','),
    ...(repositories.length === 0 ? {} : { REPOSITORIES: repositories.join(' ') }),
    ...packageValues(input),
  };
}
