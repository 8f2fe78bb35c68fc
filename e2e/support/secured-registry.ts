import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';

/** A registry with TLS and a password, and what its clients need. */
export interface SecuredRegistry extends Registry {
  /** PEM of the authority that has signed its certificate. */
  readonly authority: string;
  /** A folder with that authority, as skopeo takes it. */
  readonly certificates: string;
  /** An auth.json(5) with its password. */
  readonly authFile: string;
}

export const PASSWORD = 'correct-horse';

/** `me`, with {@link PASSWORD}, by bcrypt. */
const PASSWORDS = 'me:$2b$05$vmJFbOe49ZO3H8QmwP.hFeVqF/MLCFRYfYLnmHmNunSs3pu.ScgX2\n';

/** Starts one on loopback, with all that it keeps in `directory`. */
export async function startSecuredRegistry(directory: string): Promise<SecuredRegistry> {
  const certificates = join(directory, 'certificates');
  await mkdir(certificates, { recursive: true });
  const certificate = join(certificates, 'ca.crt');
  const key = join(directory, 'key.pem');
  await runCommand([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=registry of a test',
    '-addext',
    'subjectAltName=IP:127.0.0.1,DNS:registry.example',
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  const passwords = join(directory, 'htpasswd');
  await writeFile(passwords, PASSWORDS);
  const registry = await startRegistry(createLabContext({ workspaceRoot: directory }), {
    directory: join(directory, 'registry'),
    secured: { certificate, key, passwords },
  });
  const authFile = join(directory, 'auth.json');
  const auth = Buffer.from(`me:${PASSWORD}`).toString('base64');
  await writeFile(authFile, JSON.stringify({ auths: { [registry.address]: { auth } } }), { mode: 0o600 });
  return { ...registry, authority: await readFile(certificate, 'utf8'), certificates, authFile };
}
