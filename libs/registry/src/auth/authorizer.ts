import { DiagnosticError } from '@immutablue/diagnostics';
import { exchange, type Connection } from '../http/exchange';
import { unexpected } from '../http/failures';
import { parseChallenges, type Challenge } from './challenge';
import { basicAuthorization, type Credentials, type FindCredentials } from './credentials';
import { requestToken, type Token } from './token';

/** What is to be done with a repository. */
export interface Access {
  readonly repository: string;
  readonly actions: 'pull' | 'pull,push';
}

/** Knows how to be let in by one registry. */
export interface Authorizer {
  /** The `Authorization` header for some accesses, the first of which says whose credentials are used; undefined for none. */
  readonly authorize: (accesses: readonly Access[], signal?: AbortSignal) => Promise<string | undefined>;
  /**
   * The header after a 401.
   *
   * @param refused the one that was not good enough.
   * @param header the `WWW-Authenticate` of the 401.
   * @returns undefined when there is no other.
   */
  readonly authorizeAgain: (
    accesses: readonly Access[],
    refused: string | undefined,
    header: string | undefined,
    signal?: AbortSignal,
  ) => Promise<string | undefined>;
}

const NO_CHALLENGE = { scheme: 'none', parameters: new Map() } as const satisfies Challenge;

/**
 * @param base where the registry's API is.
 * @param hide takes note of a secret that is never to be shown.
 */
export function createAuthorizer(
  connection: Connection,
  base: URL,
  findCredentials: FindCredentials,
  hide: (secret: string) => void,
): Authorizer {
  const tokens = new Map<string, Token>();
  let challenge: Challenge | undefined;

  const answerTo = async (
    current: Challenge,
    scopes: readonly string[],
    credentials: Credentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> => {
    switch (current.scheme) {
      case 'basic':
        return credentials?.kind === 'password' ? basicAuthorization(credentials) : undefined;
      case 'bearer': {
        const key = scopes.join(' ');
        const known = tokens.get(key);
        if (known !== undefined && known.until > performance.now()) return `Bearer ${known.text}`;
        const token = await requestToken(connection, { challenge: current, from: base, scopes, credentials, signal });
        hide(token.text);
        tokens.set(key, token);
        return `Bearer ${token.text}`;
      }
      default:
        return undefined;
    }
  };

  const credentialsFor = async (accesses: readonly Access[]): Promise<Credentials | undefined> => {
    const credentials = await findCredentials(`${connection.host}/${accesses[0]?.repository ?? ''}`);
    for (const secret of secretsOf(credentials)) hide(secret);
    return credentials;
  };

  return {
    authorize: async (accesses, signal) => {
      challenge ??= await askForChallenge(connection, base, signal);
      if (challenge.scheme === 'none') return undefined;
      return await answerTo(challenge, accesses.map(scopeOf), await credentialsFor(accesses), signal);
    },
    authorizeAgain: async (accesses, refused, header, signal) => {
      challenge = chooseChallenge(header) ?? challenge ?? NO_CHALLENGE;
      const own = accesses.map(scopeOf);
      tokens.delete(own.join(' '));
      const credentials = await credentialsFor(accesses);
      const next = await answerTo(challenge, [...own, ...furtherScopes(challenge, accesses)], credentials, signal);
      return next === refused ? undefined : next;
    },
  };
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support */
async function askForChallenge(connection: Connection, base: URL, signal: AbortSignal | undefined): Promise<Challenge> {
  const action = 'say how one logs in';
  const call = { method: 'GET', url: base, headers: {}, action, accepts: [200, 401, 404], signal } as const;
  return await exchange(connection, call, async (answer) => {
    await answer.discard();
    if (answer.status === 200) return NO_CHALLENGE;
    const found = chooseChallenge(answer.header('www-authenticate'));
    if (answer.status === 401 && found !== undefined) return found;
    const what = answer.status === 404 ? 'there is no `/v2/`' : 'it asks for a kind of credentials that is not known';
    throw new DiagnosticError(unexpected(connection.host, action, what));
  });
}

function chooseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = parseChallenges(header ?? '');
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
}

/** https://distribution.github.io/distribution/spec/auth/scope/ */
function scopeOf({ repository, actions }: Access): string {
  return `repository:${repository}:${actions}`;
}

/** What a registry wants besides, for removing say, of the same repositories alone: a token for others is not its business. */
function furtherScopes(challenge: Challenge, accesses: readonly Access[]): readonly string[] {
  const scopes = challenge.parameters.get('scope')?.split(' ') ?? [];
  return scopes.filter((scope) =>
    accesses.some(({ repository, actions }) => {
      const start = `repository:${repository}:`;
      return scope.startsWith(start) && /^[a-z,*]{1,64}$/.test(scope.slice(start.length)) && scope !== start + actions;
    }),
  );
}

function secretsOf(credentials: Credentials | undefined): readonly string[] {
  switch (credentials?.kind) {
    case undefined:
      return [];
    case 'identity-token':
      return [credentials.token];
    case 'password':
      return [credentials.password, basicAuthorization(credentials).slice('Basic '.length)];
  }
}
