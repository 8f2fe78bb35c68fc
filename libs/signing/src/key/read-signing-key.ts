import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere } from '@immutablue/oci';
import { openSigningKey, type SigningKey } from './signing-key';

/** The variable that holds the private key, or the path of its file. */
export const KEY_VARIABLE = 'IMMUTABLUE_SIGNING_KEY';

/** The variable that holds the password of an encrypted key. */
export const PASSWORD_VARIABLE = 'IMMUTABLUE_SIGNING_PASSWORD';

/**
 * The key that the environment gives to sign with. No message says more of a key or password than the name of the variable.
 *
 * @throws {DiagnosticError} `signing/no-key` when there is none, otherwise as `openSigningKey` does; `file/not-readable` when
 * something is at the path that is not to be read.
 */
export async function readSigningKey(environment: Readonly<Record<string, string | undefined>>): Promise<SigningKey> {
  const value = environment[KEY_VARIABLE] ?? '';
  if (value === '') throw noKey(`${KEY_VARIABLE} is not set: there is no key to sign with`);
  const text = value.includes('-----BEGIN ') ? value : await readKeyFile(value);
  return openSigningKey(text, environment[PASSWORD_VARIABLE], { key: KEY_VARIABLE, password: PASSWORD_VARIABLE });
}

async function readKeyFile(path: string): Promise<string> {
  const text = isPath(path) ? await readIfThere(path) : undefined;
  // A key without its first line would look like a path: what is not there is not repeated.
  if (text === undefined) throw noKey(`${KEY_VARIABLE} is neither a key in PEM nor the path of a file that is there`);
  return text;
}

/** Whether the system would take it for a path: what is refused for its length would be repeated. path_resolution(7) */
function isPath(text: string): boolean {
  return text.length < 4096 && !text.includes('\0') && text.split('/').every((name) => Buffer.byteLength(name) <= 255);
}

function noKey(message: string): DiagnosticError {
  return new DiagnosticError({
    code: 'signing/no-key',
    message,
    hint: `set ${KEY_VARIABLE} to the private key or the path of its file; \`npx nx g @immutablue/nx:signing\` makes one`,
  });
}
