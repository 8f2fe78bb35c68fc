import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand, type Argv } from '@immutablue/oci';

/** A package of a test: a file that says which one it is, and nothing else. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  /** What the file holds: the same version with other content is another file. */
  readonly content?: string;
}

/** Makes signed RPMs, with a key of its own. */
export interface Packager {
  /** Armored. */
  readonly publicKey: string;
  /** Adds packages to the RPM repository in a directory, and writes its metadata. */
  readonly publish: (directory: string, packages: readonly TestPackage[]) => Promise<void>;
}

const KEY =
  '%no-protection\nKey-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nName-Real: e2e\nExpire-Date: 0\n%commit\n';

/** A packager whose key and work lie in `directory`. */
export async function createPackager(directory: string): Promise<Packager> {
  const home = join(directory, 'gnupg');
  await mkdir(home, { recursive: true, mode: 0o700 });
  // Its own keyring and macros; the agent ends when its directory goes.
  const environment = { GNUPGHOME: home, HOME: home };
  const run = (argv: Argv, input?: string) =>
    runCommand(argv, { environment, ...(input === undefined ? {} : { input }) });
  await run(['gpg', '--batch', '--quiet', '--generate-key'], KEY);
  const { stdout: publicKey } = await run(['gpg', '--batch', '--armor', '--export']);
  // rpm of Debian looks for it elsewhere.
  const { stdout: gpg } = await run(['sh', '-c', 'command -v gpg']);
  return {
    publicKey,
    publish: async (repository, packages) => {
      const work = join(directory, 'work');
      await mkdir(repository, { recursive: true });
      for (const rpm of packages) {
        await rm(work, { recursive: true, force: true });
        await mkdir(work, { recursive: true });
        await writeFile(join(work, 'package.spec'), specification(rpm));
        await run(['rpmbuild', '-bb', '--quiet', '--define', `_topdir ${work}`, join(work, 'package.spec')]);
        const made = (await readdir(join(work, 'RPMS'), { recursive: true })).filter((name) => name.endsWith('.rpm'));
        for (const name of made) {
          const file = join(work, 'RPMS', name);
          await run(['rpmsign', '--addsign', ...['--define', '_gpg_name e2e'], ...['--define', `__gpg ${gpg}`], file]);
          await rename(file, join(repository, basename(name)));
        }
      }
      await run(['createrepo_c', '--quiet', repository]);
    },
  };
}

function specification({ name, version, requires = [], content = version }: TestPackage): string {
  return [
    `Name: ${name}`,
    `Version: ${version}`,
    'Release: 1',
    'Summary: A package of a test',
    'License: MIT',
    'BuildArch: noarch',
    ...requires.map((requirement) => `Requires: ${requirement}`),
    '%description',
    '%{summary}.',
    '%install',
    'mkdir -p %{buildroot}/usr/share/e2e',
    `echo '${content}' >%{buildroot}/usr/share/e2e/%{name}`,
    '%files',
    '/usr/share/e2e/%{name}',
    '',
  ].join('\n');
}
