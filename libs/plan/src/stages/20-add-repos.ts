import { upstreamProfile } from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { Step } from '../step';
import { repositoryMounts, runStep } from './context';

/** Fetches each repository definition to /etc/yum.repos.d and makes sure that it checks signatures. */
export function addRepositories(input: PlanInput): Step[] {
  const profile = upstreamProfile(input.upstream);
  return input.packages.repositories.flatMap((repository): Step[] => {
    const { name, url } = repository.value;
    const path = `/etc/yum.repos.d/${name}`;
    const fetched = profile.mapRepositoryUrl(url);
    return [
      {
        ...runStep(
          `fetch the repository definition ${name}`,
          ['curl', '--fail', '--silent', '--show-error', '--location', '--retry', '2', '--output', path, '--', fetched],
          [{ ...repository, value: fetched }],
        ),
        mounts: repositoryMounts(input),
      },
      { kind: 'require-signatures', purpose: `check that ${name} checks signatures`, path, repository },
    ];
  });
}
