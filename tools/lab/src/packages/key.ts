import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { containedArgv } from '../host/contained';
import { runInStep, type LabContext, type StepContext } from '../context';
import { type LabPaths } from '../cache/paths';
import { LAB_TIMESTAMP } from './timestamp';

/** The key that signs the lab's packages. It has no passphrase: it vouches for nothing outside this machine. */
export interface SigningKey {
  readonly fingerprint: string;
  readonly secretFile: string;
  /** Armored, as package managers import it. */
  readonly publicKey: string;
}

// https://www.gnupg.org/documentation/manuals/gnupg/Unattended-GPG-key-generation.html
const PARAMETERS = [
  '%no-protection',
  'Key-Type: RSA',
  'Key-Length: 3072',
  'Key-Usage: sign',
  // The time at which it signs.
  `Creation-Date: seconds=${LAB_TIMESTAMP}`,
  'Name-Real: Immutablue lab',
  'Name-Comment: packages made on this machine',
  'Expire-Date: 0',
  '%commit',
  '',
].join('\n');

/** The key as an artifact that may not be there yet. Each machine makes its own. */
export function describeKey(paths: LabPaths): Artifact {
  return describeArtifact(paths, 'key', 'signing key', PARAMETERS);
}

/** Makes the key, in a keyring of its own. */
export async function ensureKey(context: LabContext, artifact: Artifact): Promise<SigningKey> {
  await ensureArtifact(context, artifact, makeKey);
  return await readKey(artifact);
}

/** The key of an artifact that is whole. */
export async function readKey(artifact: Artifact): Promise<SigningKey> {
  const [fingerprint, publicKey] = await Promise.all([
    readFile(join(artifact.directory, 'fingerprint'), 'utf8'),
    readFile(join(artifact.directory, 'public.asc'), 'utf8'),
  ]);
  return { fingerprint, publicKey, secretFile: join(artifact.directory, 'secret.asc') };
}

async function makeKey(directory: string, context: StepContext): Promise<void> {
  const home = join(directory, '..', 'gnupg');
  await mkdir(home, { mode: 0o700 });
  const gpg = (...args: string[]) =>
    runInStep(context, containedArgv(['gpg', '--batch', '--quiet', ...args]), {
      environment: { GNUPGHOME: home },
      ...(args.includes('--generate-key') ? { input: PARAMETERS } : {}),
    });
  await gpg('--generate-key');
  const listing = await gpg('--with-colons', '--list-secret-keys');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing.stdout)?.[1];
  if (fingerprint === undefined) throw new Error(`gpg listed no key: ${listing.stdout}`);
  // Written by gpg itself, so that the secret passes through no output that is shown or kept.
  await gpg('--armor', '--output', join(directory, 'secret.asc'), '--export-secret-keys', fingerprint);
  await chmod(join(directory, 'secret.asc'), 0o600);
  await gpg('--armor', '--output', join(directory, 'public.asc'), '--export', fingerprint);
  await writeFile(join(directory, 'fingerprint'), fingerprint);
}
