import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiagnosticError, quoteNames, type Diagnostic } from '@immutablue/diagnostics';
import { findProgram, requireArchitecture } from '@immutablue/oci';
import { type Architecture, ociArchitecture } from '@immutablue/variant';
import * as z from 'zod';
/** Programs that the lab starts, each with the Debian package that brings it. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  buildah: 'buildah',
  cp: 'coreutils',
  createrepo_c: 'createrepo-c',
  'dpkg-deb': 'dpkg',
  flock: 'util-linux',
  gpg: 'gnupg',
  mmdebstrap: 'mmdebstrap',
  rpmbuild: 'rpm',
  rpmsign: 'rpm',
  setpriv: 'util-linux',
  skopeo: 'skopeo',
  tar: 'tar',
  unshare: 'util-linux',
  zstd: 'zstd',
};

const hostPackagesSchema = z.object({ base: z.array(z.string()), aarch64: z.array(z.string()) });

/** Debian packages that a machine needs for the lab, as the set-up installs them. */
export type HostPackages = z.infer<typeof hostPackagesSchema>;

/** Reads the list that stands beside the sources as JSON, so that the set-up can read it before anything is compiled. */
export async function readHostPackages(): Promise<HostPackages> {
  const text = await readFile(
    join(dirname(require.resolve('@immutablue/lab/package.json')), 'host-packages.json'),
    'utf8',
  );
  return hostPackagesSchema.parse(JSON.parse(text));
}

/**
 * Checks that the machine has what making an artifact takes.
 *
 * @throws {DiagnosticError} `host/missing-tool`, one for all that is missing, with the command that installs it;
 *   `host/no-emulation` when an aarch64 root filesystem cannot run here.
 */
export async function requireLabHost(architecture: Architecture): Promise<void> {
  const missing = missingPrograms(Object.keys(PROGRAMS));
  if (missing.length > 0) throw new DiagnosticError(missingTools(missing));
  await requireArchitecture(ociArchitecture(architecture));
}

/** Which of the programs are not in any directory of the search path. */
export function missingPrograms(programs: readonly string[], searchPath?: string): string[] {
  return programs.filter((program) => findProgram(program, searchPath) === undefined);
}

/** One diagnostic for all programs that are missing. */
export function missingTools(programs: readonly string[]): Diagnostic {
  const packages = [...new Set(programs.map((program) => PROGRAMS[program] ?? program))].sort();
  return {
    code: 'host/missing-tool',
    message: `the lab needs ${quoteNames(programs)}, which ${programs.length === 1 ? 'is' : 'are'} not installed on this machine`,
    hint: `install with \`apt-get install --no-install-recommends ${packages.join(' ')}\` (on a Debian machine: the lab is made of Debian packages)`,
  };
}
