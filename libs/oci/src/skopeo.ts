import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkingFolder } from './files/working-folder';
import { DiagnosticError } from '@immutablue/diagnostics';
import { CommandError, runCommand, type Argv, type CommandOptions } from './process/process';
import { formatReference, isLoopback, toDigest, type Digest, type ImageId, type ImageReference } from './reference';

/** Copies an image of the store to a registry. A loopback registry is spoken to without TLS, any other with it. */
export function pushArgv(image: ImageId, destination: ImageReference, digestFile: string): Argv {
  return [
    'skopeo',
    'copy',
    '--digestfile',
    digestFile,
    `--dest-tls-verify=${isLoopback(destination.registry) ? 'false' : 'true'}`,
    `containers-storage:${image}`,
    `docker://${formatReference(destination)}`,
  ];
}

/**
 * Pushes an image with all its layers; layers that the registry has already are not sent again.
 *
 * @returns the digest of the manifest as the registry has it.
 * @throws {DiagnosticError} `oci/registry-refused` when the registry cannot be reached or refuses.
 */
export async function pushImage(
  image: ImageId,
  destination: ImageReference,
  options?: CommandOptions,
): Promise<Digest> {
  return withWorkingFolder('push', async (directory) => {
    try {
      const digestFile = join(directory, 'digest');
      await runCommand(pushArgv(image, destination, digestFile), { ...options, proxies: 'passed' });
      return toDigest((await readFile(digestFile, 'utf8')).trim());
    } catch (error) {
      throw error instanceof CommandError ? refused(error, destination) : error;
    }
  });
}

function refused(error: CommandError, destination: ImageReference): DiagnosticError {
  const text = error.result.tail.join('\n');
  const hint = /unauthorized|authentication required|denied/i.test(text)
    ? `log in first: \`skopeo login ${destination.registry}\``
    : /connection refused|no such host|dial tcp/i.test(text)
      ? `is the registry \`${destination.registry}\` running and reachable?`
      : undefined;
  return new DiagnosticError(
    {
      code: 'oci/registry-refused',
      message: `the registry did not take \`${formatReference(destination)}\``,
      notes: error.result.tail.slice(-5),
      ...(hint === undefined ? {} : { hint }),
    },
    { cause: error },
  );
}
