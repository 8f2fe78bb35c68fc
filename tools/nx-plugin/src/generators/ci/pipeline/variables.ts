/** The variables that the workflows set, which other parts of the workspace read, and the secrets of the CI system that have the same names. */
export const VARIABLES = {
  /** The repository from which a build takes what another machine has built, if that may be trusted. */
  cache: 'IMMUTABLUE_CACHE_REPOSITORY',
  /** The repository in which a build leaves what it has built. */
  cacheWrite: 'IMMUTABLUE_CACHE_REPOSITORY_WRITE',
  registryUser: 'IMMUTABLUE_REGISTRY_USER',
  registryPassword: 'IMMUTABLUE_REGISTRY_PASSWORD',
  /** A token that may push branches and open pull requests. */
  updateToken: 'IMMUTABLUE_UPDATE_TOKEN',
} as const;

/** The variable that holds the value of a secret of a variant. */
export function secretVariable(name: string): string {
  return `IMMUTABLUE_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;
}
