import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { containedArgv } from '../host/contained';
import { runInStep, type StepContext } from '../context';
import { findProgram } from '@immutablue/oci';
import { type SigningKey } from './key';
import { renderSpec, type RpmSpecification } from './rpm-spec';
import { LAB_TIMESTAMP } from './timestamp';

/** Where one run of rpmbuild happens. */
interface RpmBuild {
  /** Removed by the caller. Holds rpmbuild's own directories. */
  readonly work: string;
  readonly stage: string;
  /** Receives the packages, flat. */
  readonly destination: string;
}

/** Makes the packages of a specification from what lies in the staging directory. Returns the files it made. */
export async function buildPackages(
  context: StepContext,
  specification: RpmSpecification,
  { work, stage, destination }: RpmBuild,
): Promise<string[]> {
  await mkdir(destination, { recursive: true });
  if (specification.packages.length === 0) return [];
  const top = join(work, `rpmbuild-${specification.architecture}`);
  await mkdir(top, { recursive: true });
  const specFile = join(top, 'packages.spec');
  await writeFile(specFile, renderSpec(specification, stage));
  context.progress(`rpmbuild of ${specification.packages.length} packages`);
  const target = specification.architecture === 'noarch' ? [] : ['--target', specification.architecture];
  await runInStep(
    context,
    containedArgv(['rpmbuild', '-bb', '--quiet', ...target, '--define', `_topdir ${top}`, specFile]),
    // Macros of the user's own must not change what is made.
    { environment: { HOME: top, SOURCE_DATE_EPOCH: String(LAB_TIMESTAMP) } },
  );
  const made = await readdir(join(top, 'RPMS'), { recursive: true });
  const files = made.filter((name) => name.endsWith('.rpm')).sort();
  return await Promise.all(
    files.map(async (file) => {
      const target = join(destination, basename(file));
      await rename(join(top, 'RPMS', file), target);
      return target;
    }),
  );
}

/** Signs packages with the lab's key, in place. */
export async function signPackages(
  context: StepContext,
  key: SigningKey,
  work: string,
  files: readonly string[],
): Promise<void> {
  context.progress(`signing ${files.length} packages`);
  // rpmsign starts gpg for each package and waits for it: most of the time nothing is worked on.
  await Promise.all(
    shares(files, availableParallelism()).map((share, index) =>
      signShare(context, key, join(work, `gnupg-${index}`), share),
    ),
  );
}

async function signShare(context: StepContext, key: SigningKey, home: string, files: readonly string[]): Promise<void> {
  // A keyring for this one call: the user's own is never touched, and its agent ends with the command's namespace.
  await mkdir(home, { mode: 0o700, recursive: true });
  const environment = { HOME: home, GNUPGHOME: home };
  await runInStep(context, containedArgv(['gpg', '--batch', '--quiet', '--import', key.secretFile]), { environment });
  const gpg = findProgram('gpg') ?? 'gpg';
  const macros = [
    `_gpg_name ${key.fingerprint}`,
    `__gpg ${gpg}`,
    // A signature holds its time: a package that is made again would be another file, and its repository another one.
    `_gpg_sign_cmd_extra_args --faked-system-time=${LAB_TIMESTAMP}!`,
  ];
  const definitions = macros.flatMap((macro) => ['--define', macro]);
  await runInStep(context, containedArgv(['rpmsign', '--addsign', ...definitions, ...files]), { environment });
}

function shares<T>(values: readonly T[], count: number): T[][] {
  const all = Array.from({ length: count }, (_, share) => values.filter((__, index) => index % count === share));
  return all.filter((share) => share.length > 0);
}
