import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv } from '@immutablue/oci';
import { describeArtifact, ensureArtifact, isWhole } from '../cache/artifact';
import { lockLab } from '../cache/lock';
import { runInStep, type LabContext, type StepContext } from '../context';
import { containedArgv } from '../host/contained';
import { DEBIAN_SUITE } from '../host/debian';
import { downloadPackages } from '../host/download-packages';

/** Programs that check signatures as hosts and people do. That of Debian 12 has them switched off, or there is none. */
const PROGRAMS = ['skopeo', 'cosign'] as const;

/** How each program is started; its arguments follow. */
export type RegistryClients = Readonly<Record<(typeof PROGRAMS)[number], Argv>>;

/**
 * Programs of the lab's Debian release that speak to registries, with their libraries: they run on this machine without being
 * installed. They are fetched into the lab's cache the first time.
 *
 * @throws {DiagnosticError} `lab/step-failed` when they cannot be had.
 */
export async function ensureRegistryClients(context: LabContext): Promise<RegistryClients> {
  const artifact = describeArtifact(context.paths, 'registry-clients', 'clients of registries', {
    suite: DEBIAN_SUITE,
    packages: PROGRAMS,
  });
  if (!(await isWhole(artifact))) {
    const lock = await lockLab(context);
    try {
      await ensureArtifact(context, artifact, unpack);
    } finally {
      await lock.release();
    }
  }
  const argvOf = (program: string): Argv => {
    // Their own loader and libraries: those of this machine are older. ld.so(8)
    const loader = join(artifact.directory, 'usr/lib64/ld-linux-x86-64.so.2');
    const libraries = join(artifact.directory, 'usr/lib/x86_64-linux-gnu');
    return [loader, '--library-path', libraries, join(artifact.directory, 'usr/bin', program)];
  };
  return { skopeo: argvOf('skopeo'), cosign: argvOf('cosign') };
}

async function unpack(directory: string, step: StepContext): Promise<void> {
  const work = join(directory, '..', 'download');
  await mkdir(work);
  const status = join(work, 'status');
  await writeFile(status, '');
  for (const archive of await downloadPackages(step, work, status, PROGRAMS)) {
    await runInStep(step, containedArgv(['dpkg-deb', '--extract', archive, directory]));
  }
}
