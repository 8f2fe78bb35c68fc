import { homedir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticError, shortenPath } from '@immutablue/diagnostics';
import { currentUser, readIfThere } from '@immutablue/oci';
import * as z from 'zod';
import { askCredentialHelper } from './credential-helper';
import type { Credentials, FindCredentials } from './credentials';

/** https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md */
const authFileSchema = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

/** The content of an auth.json. */
export type AuthFile = z.infer<typeof authFileSchema>;

/** What an auth.json has for a repository. */
export type AuthEntry =
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'helper'; readonly helper: string }
  | { readonly kind: 'none' };

type Environment = Readonly<Record<string, string | undefined>>;

/** The files that may have credentials, in the order in which skopeo and podman look into them. */
export function authFiles(environment: Environment, home: string, userId: number): readonly string[] {
  const own = environment['REGISTRY_AUTH_FILE'];
  if (own !== undefined && own !== '') return [own];
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    runtime === undefined || runtime === ''
      ? `/run/containers/${userId}/auth.json`
      : join(runtime, 'containers/auth.json'),
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'containers/auth.json'),
    join(environment['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
  ];
}

/** The credentials that `skopeo login` and its like have left for this user. Nothing is kept: a login counts from then on. */
export const findOwnCredentials: FindCredentials = async (repository) => {
  for (const file of authFiles(process.env, homedir(), currentUser().uid)) {
    const text = await readIfThere(file);
    if (text === undefined || text.trim() === '') continue;
    const entry = lookUp(parseAuthFile(text, file), repository);
    switch (entry.kind) {
      case 'credentials':
        return entry.credentials;
      case 'helper': {
        const credentials = await askCredentialHelper(entry.helper, hostOf(repository));
        if (credentials !== undefined) return credentials;
        break;
      }
      case 'none':
        break;
    }
  }
  return undefined;
};

/** @throws {DiagnosticError} `registry/wrong-credentials-file`, which repeats nothing of it. */
export function parseAuthFile(text: string, file: string): AuthFile {
  const parsed = authFileSchema.safeParse(jsonOf(text, file));
  if (parsed.success) return parsed.data;
  throw wrongFile(
    file,
    `\`${parsed.error.issues[0]?.path[0]?.toString() ?? ''}\` is not as containers-auth.json(5) has it`,
  );
}

/**
 * What is there for a repository: the helper of its registry, else the longest of the keys `registry/namespace/…` that it is below. Pure.
 *
 * @param repository `quay.io/immutablue/cyan`
 */
export function lookUp({ auths, credHelpers }: AuthFile, repository: string): AuthEntry {
  const host = hostOf(repository);
  const helper = Object.hasOwn(credHelpers, host) ? credHelpers[host] : undefined;
  if (helper !== undefined) return { kind: 'helper', helper };
  const keys = Object.keys(auths)
    .filter((key) => repository === key || repository.startsWith(`${key}/`))
    .sort((one, other) => other.length - one.length);
  // Docker writes addresses in place of hosts.
  const legacy = Object.keys(auths).filter((key) => hostOfAddress(key) === host);
  for (const key of [...keys, ...legacy]) {
    const credentials = credentialsIn(auths[key]);
    if (credentials !== undefined) return { kind: 'credentials', credentials };
  }
  return { kind: 'none' };
}

function credentialsIn(entry: AuthFile['auths'][string] | undefined): Credentials | undefined {
  if (entry?.identitytoken !== undefined && entry.identitytoken !== '') {
    return { kind: 'identity-token', token: entry.identitytoken };
  }
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(entry?.auth ?? '', 'base64').toString()) ?? [];
  // Docker pads passwords with zeros.
  const bare = password?.replace(/\0+$/, '') ?? '';
  return user === undefined || user === '' ? undefined : { kind: 'password', user, password: bare };
}

function hostOf(repository: string): string {
  return repository.split('/', 1)[0] ?? repository;
}

/** Docker Hub's host by an address, `https://index.docker.io/v1/`, is the one that is called otherwise. */
function hostOfAddress(key: string): string | undefined {
  const host = /^https?:\/\/([^/]+)(?:\/|$)/.exec(key)?.[1];
  return host === 'index.docker.io' ? 'docker.io' : host;
}

/** The text of a SyntaxError repeats a part of the file, which may be a password. */
function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongFile(file, 'is no JSON');
  }
}

function wrongFile(file: string, what: string): DiagnosticError {
  return new DiagnosticError({
    code: 'registry/wrong-credentials-file',
    message: `\`${shortenPath(file)}\` has no credentials that can be read: ${what}`,
    location: { file: shortenPath(file), line: 1, column: 1 },
    hint: 'log in again with `skopeo login <registry>`, which writes it; REGISTRY_AUTH_FILE names another file',
  });
}
