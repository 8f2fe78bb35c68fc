import { DiagnosticError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { addressIn } from '../http/addresses';
import { exchange, questionOf, type Call, type Connection } from '../http/exchange';
import { unexpected } from '../http/failures';
import { readJson } from '../http/read-body';
import type { Challenge } from './challenge';
import { basicAuthorization, type Credentials } from './credentials';

/** It becomes a header: nothing in it may end one. */
const tokenText = z.string().regex(/^[\x21-\x7e]{1,65536}$/);
const answerSchema = z.object({
  token: tokenText.optional(),
  access_token: tokenText.optional(),
  expires_in: z.number().optional(),
});

export interface Token {
  readonly text: string;
  /** When it is to be asked for again, by `performance.now()`: clocks of servers may differ from this machine's. */
  readonly until: number;
}

/** What the specification says of an answer that does not say it. */
const DEFAULT_SECONDS = 60;

export interface TokenRequest {
  readonly challenge: Challenge;
  /** From where the challenge comes. */
  readonly from: URL;
  /** `repository:immutablue/cyan:pull,push` */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for a token, with which requests are made then.
 *
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export async function requestToken(connection: Connection, request: TokenRequest): Promise<Token> {
  const { challenge, from, scopes, credentials, signal } = request;
  const action = 'give a token';
  const named = challenge.parameters.get('realm') ?? '';
  const realm = URL.canParse(named) ? addressIn(named, from) : undefined;
  const question = questionOf(connection, { action });
  if (realm === undefined) {
    throw new DiagnosticError(unexpected(connection.host, action, 'it names no safe address that gives tokens'));
  }
  const parameters = scopes.map((scope) => ['scope', scope] as const);
  const service = challenge.parameters.get('service');
  const wanted = [...(service === undefined ? [] : [['service', service] as const]), ...parameters];
  const call = { action, accepts: [200], signal, ...tokenCall(realm, wanted, credentials) };
  const asked = performance.now();
  return await exchange(connection, call, async (answer) => {
    const { token, access_token, expires_in } = await readJson(answer, answerSchema, question);
    const text = token ?? access_token;
    if (text === undefined) throw new DiagnosticError(unexpected(connection.host, action, 'it has no token'));
    // A little before its end: what is sent with it has to arrive.
    return { text, until: asked + (expires_in ?? DEFAULT_SECONDS) * 900 };
  });
}

type Parameters = readonly (readonly [string, string])[];

function tokenCall(
  realm: URL,
  wanted: Parameters,
  credentials: Credentials | undefined,
): Pick<Call, 'method' | 'url' | 'headers' | 'body'> {
  if (credentials?.kind === 'identity-token') {
    // Scopes are one list there: https://distribution.github.io/distribution/spec/auth/oauth/
    const scope = wanted.filter(([name]) => name === 'scope').map(([, value]) => value);
    const form = new URLSearchParams({
      ...Object.fromEntries(wanted),
      scope: scope.join(' '),
      grant_type: 'refresh_token',
      client_id: 'immutablue',
      refresh_token: credentials.token,
    });
    return {
      method: 'POST',
      url: realm,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: () => Buffer.from(form.toString()),
    };
  }
  const url = new URL(realm);
  for (const [name, value] of wanted) url.searchParams.append(name, value);
  const headers: Record<string, string> =
    credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
  return { method: 'GET', url, headers };
}
