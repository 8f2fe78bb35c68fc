import { upstreamProfile } from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';

/** Fetches each repository definition to /etc/yum.repos.d and makes sure that it checks signatures. */
export function addRepositories({ packages, upstream }: PlanInput): Step[] {
  const { mapRepositoryUrl } = upstreamProfile(upstream);
  return packages.repositories.map((repository): Step => ({
    kind: 'repository',
    repository,
    url: mapRepositoryUrl(repository.value.url),
  }));
}
