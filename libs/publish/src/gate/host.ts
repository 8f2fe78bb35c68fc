import { cp, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  isLoopback,
  mountContainer,
  statIfThere,
  tryInContainer,
  withWorkingFolder,
  type BindMount,
  type ImageId,
  withContainer,
} from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { POLICY } from '@immutablue/plan';
import { authFileText, certificateFolders, findOwnCredentials } from '@immutablue/registry';
import { imageName, type Destination, type PublishedImage } from '../model';

/** A host that runs the image that is published: the image's programs, policy and keys. */
export interface Host {
  /** Which signatures it asks for; undefined where the image has no policy. */
  readonly policy: string | undefined;
  /**
   * Pulls a published image with the skopeo of the image, which bootc pulls by, under the policy.json of the image. All of it is pulled:
   * what is damaged in the registry would be found by hosts.
   *
   * @throws {DiagnosticError} `publish/refused-by-host` with what skopeo says; `publish/not-checked` where the image has no skopeo.
   */
  readonly pull: (published: PublishedImage) => Promise<void>;
}

/** Where the container sees what it is given. */
const AUTH_FILE = '/run/immutablue/auth.json';
const CERTIFICATES = '/run/immutablue/certificates';
/** In the container, with which it goes. */
const TARGET = '/var/tmp/immutablue-pulled';

/** Does `work` with a host that runs this image: a container, which is removed afterwards. */
export function withHost<T>(id: ImageId, signal: AbortSignal, work: (host: Host) => Promise<T>): Promise<T> {
  return withContainer({ id }, 'publish', signal, async (container) => {
    const root = await openRoot(await mountContainer(container, { signal }), { epochSeconds: 0 });
    const policy = (await root.lstat(POLICY)) === undefined ? undefined : (await root.readFile(POLICY)).toString();
    return work({ policy, pull: (published) => pull(container, published, signal) });
  });
}

async function pull(container: string, published: PublishedImage, signal: AbortSignal): Promise<void> {
  const { host, repository } = published;
  const { exitCode, tail } = await withWorkingFolder('publish', async (directory) => {
    const login = await mountedLogin(directory, `${host}/${repository}`);
    const certificates = await mountedCertificates(directory, host);
    const words = [
      ...(login === undefined ? [] : ['--src-authfile', AUTH_FILE]),
      ...(certificates === undefined ? [] : ['--src-cert-dir', CERTIFICATES]),
      ...(isLoopback(host) && certificates === undefined ? ['--src-tls-verify=false'] : []),
    ];
    return tryInContainer(
      {
        container,
        command: ['skopeo', 'copy', '--quiet', ...words, `docker://${imageName(published)}`, `dir:${TARGET}`],
        mounts: [login, certificates].filter((mount) => mount !== undefined),
      },
      { signal, proxies: 'passed' },
    );
  });
  if (exitCode !== 0) throw exitCode === NOT_FOUND ? withoutProgram(published) : refused(published, tail);
}

/** What a shell ends with when it does not find a program. */
const NOT_FOUND = 127;

/** What opens the registry for the user who publishes, in a file for this user alone. */
async function mountedLogin(directory: string, repository: string): Promise<BindMount | undefined> {
  const credentials = await findOwnCredentials(repository);
  if (credentials === undefined) return undefined;
  const source = join(directory, 'auth.json');
  await writeFile(source, authFileText(repository, credentials), { mode: 0o600 });
  return { source, target: AUTH_FILE, access: 'read-only' };
}

/** Certificates for the registry alone: their folder has its port in the name, which buildah would take for the end of the name. */
async function mountedCertificates(directory: string, host: string): Promise<BindMount | undefined> {
  for (const folder of certificateFolders(host, homedir())) {
    if ((await statIfThere(folder)) === undefined) continue;
    const source = join(directory, 'certificates');
    await cp(folder, source, { recursive: true, dereference: true });
    return { source, target: CERTIFICATES, access: 'read-only' };
  }
  return undefined;
}

function withoutProgram({ host, repository }: Destination): DiagnosticError {
  return new DiagnosticError({
    code: 'publish/not-checked',
    message: `no host could be asked whether it takes the image from \`${host}/${repository}\`: the image has no \`skopeo\``,
    notes: ['hosts pull their upgrades with it'],
    hint: 'install the package `skopeo` in the image: packages.yaml',
  });
}

function refused(published: PublishedImage, tail: readonly string[]): DiagnosticError {
  return new DiagnosticError({
    code: 'publish/refused-by-host',
    message: `a host that runs this image does not take \`${imageName(published)}\`: no tag was moved`,
    notes: tail.slice(-5),
    hint: 'hosts keep the image that they have; what the policy of the image asks for is in its /etc/containers/policy.json',
  });
}
