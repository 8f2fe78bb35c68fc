import { DOWNLOADS_MOUNT, PACKAGE_MANAGERS, SECRETS_MOUNT, type PlannedSecret, type Seen } from '@immutablue/plan';
import { LAB_MOUNT, type UpstreamProfileName } from '@immutablue/variant';

/** The build context that holds the lab's repository: `--build-context lab=<folder>`. */
export const LAB_CONTEXT = 'lab';

/**
 * The flags by which a RUN sees what a step sees of this machine, each once: the cache of a package manager becomes the builder's
 * own, and the lab's repository a build context.
 */
export function seenFlags(seen: readonly Seen[], upstream: UpstreamProfileName): string[] {
  return [...new Set(seen.flatMap((one) => flagsFor(one, upstream)))];
}

function flagsFor(seen: Seen, upstream: UpstreamProfileName): string[] {
  switch (seen) {
    case 'repositories':
      return upstream === 'lab' ? [`--mount=type=bind,from=${LAB_CONTEXT},target=${LAB_MOUNT}`] : [];
    case 'packages':
      return [
        ...flagsFor('repositories', upstream),
        ...PACKAGE_MANAGERS.map((manager) => `--mount=type=cache,target=/var/cache/${manager}`),
      ];
    case 'downloads':
      return [`--mount=type=cache,target=${DOWNLOADS_MOUNT}`];
    case 'locked-rpms':
      // Without this machine's store of RPMs, what is locked is named by its version.
      return [];
  }
}

/**
 * The flags by which a RUN sees secrets, each once, where the builder is given them: `--secret id=mok-key,src=<file>`. Without
 * `required` they may be missing.
 */
export function secretFlags(secrets: readonly PlannedSecret[]): string[] {
  const names = new Set(secrets.map(({ name }) => name));
  return [...names].map((name) => `--mount=type=secret,id=${name},target=${SECRETS_MOUNT}/${name}`);
}
