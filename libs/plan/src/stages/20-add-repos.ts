import { upstreamProfile } from '@immutablue/variant';
import { repositoryFile } from '../credentials';
import type { PlanInput } from '../model';
import type { Step } from '../steps/registry';

/** Fetches each repository definition to /etc/yum.repos.d and makes sure that it checks signatures. */
export function addRepositories({ packages, upstream, credentials }: PlanInput): Step[] {
  const { mapRepositoryUrl } = upstreamProfile(upstream);
  return packages.repositories.map((repository): Step => {
    const credential = credentials.find(({ file }) => file === repositoryFile(repository.value));
    const url = mapRepositoryUrl(repository.value.url);
    // A stand-in of the lab asks for none.
    return {
      kind: 'repository',
      repository,
      url,
      ...(credential === undefined || url.startsWith('file:') ? {} : { credential }),
    };
  });
}
