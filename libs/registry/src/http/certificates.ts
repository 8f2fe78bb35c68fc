import { homedir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { namesIn, readText } from '@immutablue/oci';
import type { Trust } from './transport';

/** The folders that may have a folder with certificates for a host: those of skopeo and podman. containers-certs.d(5) */
export function certificateFolders(host: string, home: string): readonly string[] {
  return [join(home, '.config/containers/certs.d'), '/etc/containers/certs.d', '/etc/docker/certs.d'].map((folder) =>
    join(folder, host),
  );
}

/**
 * Whose certificates are trusted for a host besides those that the system trusts: the `*.crt` in the first folder that has some, as
 * for skopeo and podman.
 *
 * @returns undefined when there are none.
 * @throws {DiagnosticError} `file/not-readable`.
 */
export async function findTrust(host: string, home = homedir()): Promise<Trust | undefined> {
  for (const folder of certificateFolders(host, home)) {
    const names = (await namesIn(folder)).filter((name) => name.endsWith('.crt'));
    if (names.length === 0) continue;
    const own = await Promise.all(names.map((name) => readText(join(folder, name))));
    return { kind: 'authorities', certificates: [...rootCertificates, ...own].join('\n') };
  }
  return undefined;
}
