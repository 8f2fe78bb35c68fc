import { DiagnosticError } from '@immutablue/diagnostics';
import { isLoopback, parseReference } from '@immutablue/oci';
import { findOwnCredentials } from './auth/auth-file';
import { createAuthorizer, type Access, type Authorizer } from './auth/authorizer';
import type { FindCredentials } from './auth/credentials';
import { baseAddress } from './http/addresses';
import { findTrust } from './http/certificates';
import { exchange, retrying, type Call, type Connection } from './http/exchange';
import { DEFAULT_PATIENCE, type Patience } from './http/patience';
import { openTransport, type HttpAnswer, type Trust } from './http/transport';

export interface RegistryOptions {
  /**
   * Whose certificates are trusted; those of {@link findTrust} when not given. Where that finds none, a registry on loopback is spoken to
   * without TLS, and any other with certificates that the system trusts.
   */
  readonly trust?: Trust;
  /** Those of `skopeo login` when not given. */
  readonly findCredentials?: FindCredentials;
  readonly patience?: Partial<Patience>;
}

/** A registry, with its open connections. */
export interface Registry {
  /** As it stands in front of image names. */
  readonly host: string;
  /** @throws {DiagnosticError} `registry/refused` when no repository can have this name. */
  readonly repository: (name: string) => Repository;
  /** Ends its connections, and what is still sent over them. */
  readonly close: () => Promise<void>;
}

/** A request to a repository. */
export interface RepositoryCall extends Omit<Call, 'url' | 'headers'> {
  /** Below the repository, `manifests/44`; or an address that the registry gave. */
  readonly path: string | URL;
  readonly actions: Access['actions'];
  /** Another repository that is read for it. */
  readonly alsoPulls?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One repository of a registry, as the functions of this library take it. */
export interface Repository {
  readonly name: string;
  readonly connection: Connection;
  readonly address: (path: string) => URL;
  /** One request, sent once. @throws {TransientFailure} when the same may succeed, otherwise {DiagnosticError} `registry/…`. */
  readonly askOnce: <T>(call: RepositoryCall, use: (answer: HttpAnswer) => Promise<T>) => Promise<T>;
  /** The same, repeated when it may succeed then. @throws {DiagnosticError} `registry/…`, `build/interrupted`. */
  readonly ask: <T>(call: RepositoryCall, use: (answer: HttpAnswer) => Promise<T>) => Promise<T>;
}

/** A secret that is shorter is part of too many words to be hidden. */
const HIDDEN_CHARACTERS = 4;

/**
 * Opens a registry, without asking it yet.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 *
 * @param host `quay.io`, `127.0.0.1:5000`.
 * @throws {DiagnosticError} `registry/unreachable` when it is no host, or a proxy of the environment none.
 */
export async function openRegistry(host: string, options: RegistryOptions = {}): Promise<Registry> {
  if (parseReference(`${host}/name`) === undefined) {
    throw new DiagnosticError({ code: 'registry/unreachable', message: `\`${host}\` is not the host of a registry` });
  }
  const trust = options.trust ?? (await findTrust(host));
  const isPlain = isLoopback(host) && trust === undefined;
  const base = baseAddress(host, isPlain ? 'http' : 'https');
  const patience = { ...DEFAULT_PATIENCE, ...options.patience };
  const transport = await openTransport({
    trust: trust ?? { kind: 'system' },
    proxies: isLoopback(host) ? 'none' : 'of the environment',
    silenceMs: patience.silenceMs,
  });
  const secrets = new Set<string>();
  const connection: Connection = {
    host,
    transport,
    patience,
    mask: (text) => [...secrets].reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
  };
  const authorizer = createAuthorizer(connection, base, options.findCredentials ?? findOwnCredentials, (secret) => {
    if (secret.length >= HIDDEN_CHARACTERS) secrets.add(secret);
  });
  return {
    host,
    repository: (name) => openRepository(connection, authorizer, base, name),
    close: () => transport.close(),
  };
}

function openRepository(connection: Connection, authorizer: Authorizer, base: URL, name: string): Repository {
  if (parseReference(`${connection.host}/${name}`)?.repository !== name) {
    throw new DiagnosticError({ code: 'registry/refused', message: `\`${name}\` is not the name of a repository` });
  }
  const address = (path: string) => new URL(`${name}/${path}`, base);
  const askOnce: Repository['askOnce'] = async ({ path, actions, alsoPulls, headers, ...rest }, use) => {
    const { signal } = rest;
    const url = typeof path === 'string' ? address(path) : path;
    const accesses: Access[] = [
      { repository: name, actions },
      ...(alsoPulls === undefined ? [] : [{ repository: alsoPulls, actions: 'pull' } as const]),
    ];
    const call = (authorization: string | undefined, accepts: readonly number[]): Call => ({
      ...rest,
      url,
      accepts,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
    });
    // A registry may have uploads sent elsewhere, to an address that is signed.
    if (url.origin !== base.origin) return await exchange(connection, call(undefined, rest.accepts), use);
    const first = await authorizer.authorize(accesses, signal);
    const outcome = await exchange(connection, call(first, [...rest.accepts, 401]), async (answer) => {
      if (answer.status !== 401) return { value: await use(answer) };
      const second = await authorizer.authorizeAgain(accesses, first, answer.header('www-authenticate'), signal);
      return { second };
    });
    if ('value' in outcome) return outcome.value;
    return await exchange(connection, call(outcome.second ?? first, rest.accepts), use);
  };
  return {
    name,
    connection,
    address,
    askOnce,
    ask: (call, use) => retrying(connection, call, () => askOnce(call, use)),
  };
}
