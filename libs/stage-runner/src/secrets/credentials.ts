import { DiagnosticError } from '@immutablue/diagnostics';
import type { BindMount } from '@immutablue/oci';
import { CURL_CONFIG, type Credential } from '@immutablue/plan';
import type { RootFilesystem } from '@immutablue/overrides';
import type { OpenSecrets } from './open-secrets';

/**
 * Shows the package manager the definitions of repositories with the credentials in them, in the place of those that the image
 * has: dnf.conf(5), `username`.
 *
 * @throws {DiagnosticError} `secret/not-readable` where a value is not `user:password`.
 */
export async function credentialMounts(
  credentials: readonly Credential[],
  root: RootFilesystem,
  secrets: OpenSecrets,
): Promise<BindMount[]> {
  const mounts: BindMount[] = [];
  for (const { file, secret } of credentials) {
    const value = secrets.valueOf(secret.name);
    if (value === undefined || !(await root.exists(file))) continue;
    const { user, password } = partsOf(secret.name, value);
    const definition = (await root.readFile(file)).toString('utf8');
    const text = definition.replaceAll(
      /^\[[^\]]+\]\s*$/gm,
      `$&\nusername=${escaped(user)}\npassword=${escaped(password)}`,
    );
    mounts.push({ source: await secrets.fileWith(text), target: file, access: 'read-only' });
  }
  return mounts;
}

/** In a replacement `$` has a meaning. */
function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Gives curl the credentials by a file, not by its arguments: curl(1), `--config`. */
export async function curlMounts({ secret }: Credential, secrets: OpenSecrets): Promise<BindMount[]> {
  const value = secrets.valueOf(secret.name);
  const { user, password } = value === undefined ? { user: '', password: '' } : partsOf(secret.name, value);
  const quoted = `${user}:${password}`.replaceAll(/["\\]/g, '\\$&');
  const text = value === undefined ? '' : `user = "${quoted}"\n`;
  return [{ source: await secrets.fileWith(text), target: CURL_CONFIG, access: 'read-only' }];
}

function partsOf(name: string, value: string): { readonly user: string; readonly password: string } {
  const [, user, password] = /^([^:\s]+):(\S+)\s*$/.exec(value) ?? [];
  if (user !== undefined && password !== undefined) return { user, password };
  throw new DiagnosticError({
    code: 'secret/not-readable',
    message: `the secret \`${name}\` is not \`user:password\`, as credentials of a repository are`,
    hint: 'give one line: the name of the user, a colon, and the password or token',
  });
}
