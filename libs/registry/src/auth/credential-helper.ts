import { DiagnosticError } from '@immutablue/diagnostics';
import { tryCommand } from '@immutablue/oci';
import * as z from 'zod';
import { parseJson } from '../http/failures';
import type { Credentials } from './credentials';

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** The user name by which a helper says that its secret is an identity token. */
const IDENTITY_TOKEN = '<token>';

/**
 * Asks `docker-credential-<name>` for the credentials of a registry.
 *
 * https://github.com/docker/docker-credential-helpers#development
 *
 * @returns undefined when the helper has none.
 * @throws {DiagnosticError} `host/missing-tool`; `registry/unauthorized` when the helper fails.
 */
export async function askCredentialHelper(name: string, host: string): Promise<Credentials | undefined> {
  if (!/^[\w.-]{1,64}$/.test(name)) throw failed('that is named in `credHelpers`', host);
  const program = `docker-credential-${name}`;
  const { exitCode, stdout } = await tryCommand([program, 'get'], { input: host, proxies: 'passed' });
  if (exitCode !== 0 && /credentials not found/i.test(stdout)) return undefined;
  const answer = answerSchema.safeParse(parseJson(stdout));
  // What it has printed may be a secret, and is not shown.
  if (exitCode !== 0 || !answer.success) throw failed(`\`${program}\``, host);
  const { Username: user, Secret: secret } = answer.data;
  return user === IDENTITY_TOKEN
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', user, password: secret };
}

function failed(helper: string, host: string): DiagnosticError {
  return new DiagnosticError({
    code: 'registry/unauthorized',
    message: `the credential helper ${helper} gave no credentials for registry \`${host}\``,
    hint: `run it yourself: \`echo ${host} | docker-credential-… get\``,
  });
}
