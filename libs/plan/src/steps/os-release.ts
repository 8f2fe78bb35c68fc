import { shellCommand } from '@immutablue/diagnostics';
import { CREATED_ARGUMENT, lines } from '../containerfile/action';
import { OS_RELEASE, osRelease as textOf, type ImageIdentity } from '../os-release';
import { paths } from '../reads';
import type { StepKind } from './kind';

/** Makes /usr/lib/os-release say which image it is in. */
export interface OsReleaseStep {
  readonly kind: 'os-release';
  readonly identity: ImageIdentity;
}

export const osRelease: StepKind<OsReleaseStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: () => `write which image it is into ${OS_RELEASE}`,
  reads: () => paths([OS_RELEASE]),
  inputs: ({ identity }) => [
    { noun: 'identity in', name: 'os-release', value: JSON.stringify(identity), writes: OS_RELEASE },
  ],
  print: ({ identity }) => [`${identity.imageName}, ${identity.release}`],
  run: async ({ identity }, { root, parent }) => {
    const text = (await root.exists(OS_RELEASE)) ? (await root.readFile(OS_RELEASE)).toString('utf8') : '';
    await root.writeFile(OS_RELEASE, textOf(text, identity, parent.created), { mode: 0o644 });
  },
  containerfile: ({ identity: { name, id, variant, imageName, release } }) => {
    const words = shellCommand(['write_os_release', OS_RELEASE, name, id, variant, imageName, release]);
    // Without the time at which the parent was made, the build is of today.
    return lines([`${words} "\${${CREATED_ARGUMENT}:-$(date +%s)}"`], { buildArguments: [CREATED_ARGUMENT] });
  },
};
