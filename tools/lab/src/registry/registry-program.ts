import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { containedArgv } from '../host/contained';
import { runInStep, type LabContext } from '../context';
import { type LabPaths } from '../cache/paths';

/** Debian's package of the reference implementation of a registry (https://distribution.github.io/distribution/). */
const PACKAGE = 'docker-registry';

/** The registry's program as an artifact that may not be there yet. */
export function describeRegistryProgram(paths: LabPaths): Artifact {
  return describeArtifact(paths, 'registry-program', 'registry program', { package: PACKAGE });
}

/**
 * Downloads and unpacks the package. It is not installed: that would start a service on all addresses of the machine.
 *
 * @returns the absolute path of the program.
 */
export async function ensureRegistryProgram(context: LabContext, artifact: Artifact): Promise<string> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const download = join(directory, '..', 'download');
    await mkdir(download);
    await runInStep(step, ['apt-get', 'download', PACKAGE], { cwd: download, proxies: 'passed' });
    const [archive] = (await readdir(download)).filter((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get downloaded nothing for ${PACKAGE}`);
    await runInStep(step, containedArgv(['dpkg-deb', '--extract', join(download, archive), directory]));
  });
  return join(artifact.directory, 'usr/bin', PACKAGE);
}
