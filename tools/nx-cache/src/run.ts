import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readPluginOptions } from '@immutablue/nx';
import { readText, runWrapped, withWorkingFolder } from '@immutablue/oci';
import { KEY_VARIABLE, parsePublicKey, readSigningKey, type PublicKey, type SigningKey } from '@immutablue/signing';
import { readNxJson } from 'nx/src/config/nx-json';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import type { CommandLine } from './command-line';
import { createLog } from './log';
import { nxEnvironment } from './nx-environment';
import { placesOf } from './places';
import { openResults } from './results';
import { startServer } from './server';

/**
 * Runs a command in which Nx has the results that registries have.
 *
 * @returns its exit code.
 * @throws {DiagnosticError} for settings and keys that are wrong, before it runs; not for registries that do not answer.
 */
export async function runWithResults(
  { trusted, written, command }: Extract<CommandLine, { kind: 'run' }>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const publicKey = await readPublicKey();
  const signingKey = async () => requireSame(await readSigningKey(environment), publicKey);
  const log = createLog();
  const ended = new AbortController();
  const places = await placesOf({ trusted, written, publicKey, signingKey });
  const results = await openResults(places, log, ended.signal);
  try {
    return await withWorkingFolder('nx-cache', async (directory) => {
      const server = await startServer({ results, directory, log });
      try {
        return await runWrapped(command, nxEnvironment(server, environment));
      } finally {
        ended.abort();
        await server.close();
      }
    });
  } finally {
    await results.close();
    log.print();
  }
}

/** The key of this workspace, by nx.json; undefined when it has none. */
async function readPublicKey(): Promise<PublicKey | undefined> {
  const { signing } = readPluginOptions(readNxJson(workspaceRoot));
  if (signing === undefined) return undefined;
  const file = join(workspaceRoot, signing.publicKey);
  return parsePublicKey(await readText(file), file);
}

/** What another key has signed would be kept, and never taken. */
function requireSame(key: SigningKey, publicKey: PublicKey | undefined): SigningKey {
  if (publicKey === undefined || key.publicKey.pem === publicKey.pem) return key;
  throw new DiagnosticError({
    code: 'signing/wrong-key',
    message: `${KEY_VARIABLE} is not the private key that belongs to the public key of this workspace`,
    hint: 'results of tasks count that the workspace’s own key has signed; `--read` alone needs no key',
  });
}
