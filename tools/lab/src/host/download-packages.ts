import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ociArchitecture } from '@immutablue/variant';
import { runInStep, type StepContext } from '../context';
import { findDebianArchive } from './debian';

/**
 * Has the host's apt fetch packages and what they need beyond what a root filesystem has. It works on directories of its
 * own, with the root filesystem's package database: the host's packages play no part.
 *
 * @param work a folder for them.
 * @param dpkgStatusFile of the root filesystem; an empty file stands for one without packages.
 * @returns the absolute paths of the archives.
 */
export async function downloadPackages(
  context: StepContext,
  work: string,
  dpkgStatusFile: string,
  names: readonly string[],
): Promise<string[]> {
  const apt = join(work, 'apt');
  const archive = await findDebianArchive();
  const architecture = ociArchitecture('x86_64');
  await Promise.all(
    ['etc/preferences.d', 'etc/apt.conf.d', 'state/lists/partial', 'cache/archives/partial'].map((name) =>
      mkdir(join(apt, name), { recursive: true }),
    ),
  );
  await writeFile(join(apt, 'etc/sources.list'), `${archive.sources.join('\n')}\n`);
  const configuration = join(apt, 'apt.conf');
  await writeFile(
    configuration,
    [
      ...archive.options.map((option) => `${option};`),
      `Dir::Etc "${apt}/etc/";`,
      `Dir::State "${apt}/state/";`,
      `Dir::State::status "${dpkgStatusFile}";`,
      `Dir::Cache "${apt}/cache/";`,
      // Where the host keeps what it takes to reach and trust the archive.
      'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d/";',
      'Dir::Etc::netrcparts "/etc/apt/auth.conf.d/";',
      `APT::Architecture "${architecture}";`,
      `APT::Architectures { "${architecture}"; };`,
      'APT::Install-Recommends "false";',
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      '',
    ].join('\n'),
  );
  const environment = { APT_CONFIG: configuration };
  const error = '--option=APT::Update::Error-Mode=any';
  await runInStep(context, ['apt-get', 'update', error], { environment, proxies: 'passed' });
  await runInStep(context, ['apt-get', 'install', '--yes', '--download-only', '--no-install-recommends', ...names], {
    environment,
    proxies: 'passed',
  });
  const archives = join(apt, 'cache/archives');
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  return files.sort().map((name) => join(archives, name));
}
