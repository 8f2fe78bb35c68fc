import type { Readable } from 'node:stream';
import { DiagnosticError } from '@immutablue/diagnostics';
import type * as Undici from 'undici';
import { SourceFailure, type RequestBody } from './request-body';

/** Whose certificates are trusted. */
export type Trust =
  /** The authorities that Node knows, and those of `NODE_EXTRA_CA_CERTS`. */
  | { readonly kind: 'system' }
  /** These authorities alone, as PEM. */
  | { readonly kind: 'authorities'; readonly certificates: string }
  /** Anybody's: for tests. */
  | { readonly kind: 'anyone' };

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

/** The head of an answer, and what follows. Its body has to be read or discarded: the connection is in use until then. */
export interface HttpAnswer {
  readonly status: number;
  /** One that is there several times is one list: https://www.rfc-editor.org/rfc/rfc9110#section-5.3 */
  readonly header: (name: string) => string | undefined;
  /** As it is on the wire: nothing is decoded. */
  readonly body: Readable;
  readonly discard: () => Promise<void>;
}

/** Sends single requests. Follows no redirects and repeats nothing. */
export interface Transport {
  /** @throws what undici and the system throw; see `networkFailure`. */
  readonly request: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
}

export interface TransportOptions {
  readonly trust: Trust;
  /** Loopback is always spoken to directly. */
  readonly proxies: 'of the environment' | 'none';
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number;
}

/** More connections to one host do not make it faster. */
const CONNECTIONS = 8;

/**
 * Node's own HTTP client, as a package: its `fetch` takes no certificates, follows redirects on its own and decodes bodies, whose
 * digests are of what was sent.
 *
 * @throws {DiagnosticError} `registry/unreachable` when a proxy of the environment has no valid address.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  // Takes longer to load than many a task to run.
  const undici = await import('undici');
  const dispatcher = createDispatcher(undici, options);
  return {
    request: async ({ method, url, headers, body, signal }) => {
      try {
        const answer = await undici.request(url, {
          method,
          headers: { 'user-agent': 'immutablue', ...headers },
          body: body === undefined ? null : body(),
          dispatcher,
          ...(signal === undefined ? {} : { signal }),
        });
        return {
          status: answer.statusCode,
          header: (name) => [answer.headers[name.toLowerCase()]].flat().join(', ') || undefined,
          body: answer.body,
          discard: async () => {
            // One that is broken, or too long, costs the connection and no more.
            await answer.body.dump().catch(() => undefined);
          },
        };
      } catch (error) {
        throw error instanceof SourceFailure ? error.cause : error;
      }
    },
    close: () => dispatcher.destroy(),
  };
}

function createDispatcher(undici: typeof Undici, { trust, proxies, silenceMs }: TransportOptions): Undici.Dispatcher {
  const tls = tlsOptions(trust);
  const options = {
    connections: CONNECTIONS,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    connect: { ...tls, timeout: silenceMs },
  };
  if (proxies === 'none') return new undici.Agent(options);
  try {
    return new undici.EnvHttpProxyAgent({ ...options, requestTls: tls });
  } catch (error) {
    throw new DiagnosticError(
      {
        code: 'registry/unreachable',
        message: 'the proxy that the environment names has no valid address',
        hint: 'look at http_proxy and https_proxy: an address begins with `http://`',
      },
      { cause: error },
    );
  }
}

function tlsOptions(trust: Trust): { readonly ca?: string; readonly rejectUnauthorized?: false } {
  switch (trust.kind) {
    case 'system':
      return {};
    case 'authorities':
      return { ca: trust.certificates };
    case 'anyone':
      return { rejectUnauthorized: false };
  }
}
