import { stat } from 'node:fs/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { runCommand, unlessMissing } from '@immutablue/oci';

/** The Debian release that the lab's root filesystems and real packages are made of. */
export const DEBIAN_SUITE = 'trixie';

/** The archive as the host's own apt configuration reaches it; no address is known to this program. */
export interface DebianArchive {
  /** One-line style sources (sources.list(5)) of {@link DEBIAN_SUITE}. */
  readonly sources: readonly string[];
  /** apt options (`Name "value"`) of the host that decide how the archive is reached: proxies and clock checks. */
  readonly options: readonly string[];
}

const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];

const INDEX_FORMAT = '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)';

/**
 * Reads from the host's apt where it gets Debian packages from.
 *
 * @throws {DiagnosticError} `host/not-supported` when the host's apt has no Debian archive.
 */
export async function findDebianArchive(): Promise<DebianArchive> {
  const [targets, dump, keyring] = await Promise.all([
    runCommand(['apt-get', 'indextargets', '--format', INDEX_FORMAT]),
    runCommand(['apt-config', 'dump', 'Acquire']),
    firstThatExists(KEYRINGS),
  ]);
  const sources = sourcesOf(targets.stdout, keyring);
  if (sources.length === 0) {
    throw new DiagnosticError({
      code: 'host/not-supported',
      message: 'the apt configuration of this machine names no Debian archive',
      hint: 'the lab is made of Debian packages: it needs a Debian machine (or a container of one) with `main` in its sources, and `apt-get update` run once',
    });
  }
  return { sources, options: reachOptions(dump.stdout) };
}

/** The sources of {@link DEBIAN_SUITE} at the addresses that `apt-get indextargets` gave in the form {@link INDEX_FORMAT}. */
export function sourcesOf(targets: string, keyring: string | undefined): string[] {
  const rows = targets.split('\n').map((line) => line.split('|'));
  const address = (label: string) =>
    rows.find((row) => row[0] === 'Debian' && row[1] === label && row[2] === 'main')?.[3];
  const signed = keyring === undefined ? '' : `[signed-by=${keyring}] `;
  const archive = address('Debian');
  const security = address('Debian-Security');
  if (archive === undefined) return [];
  return [
    `deb ${signed}${archive} ${DEBIAN_SUITE} main`,
    `deb ${signed}${archive} ${DEBIAN_SUITE}-updates main`,
    ...(security === undefined ? [] : [`deb ${signed}${security} ${DEBIAN_SUITE}-security main`]),
  ];
}

/** The lines of `apt-config dump Acquire` that say how to reach an archive, without those that are empty. */
export function reachOptions(dump: string): string[] {
  const wanted = /^Acquire::(https?::|Check-Valid-Until |Check-Date |Retries |ForceIPv[46] )/;
  return dump
    .split('\n')
    .filter((line) => wanted.test(line) && !line.endsWith(' "";'))
    .map((line) => line.replace(/;$/, ''));
}

async function firstThatExists(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if ((await unlessMissing(() => stat(file))) !== undefined) return file;
  }
  return undefined;
}
