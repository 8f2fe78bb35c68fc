/** What opens a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** What a login left instead of a password: a refresh token of OAuth 2. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Finds the credentials for a repository, `quay.io/immutablue/cyan`; undefined for anonymous access. */
export type FindCredentials = (repository: string) => Promise<Credentials | undefined>;

/** https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization({ user, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** An auth.json for other programs, which opens one repository; containers-auth.json(5). */
export function authFileText(repository: string, credentials: Credentials): string {
  switch (credentials.kind) {
    case 'password': {
      const auth = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
      return JSON.stringify({ auths: { [repository]: { auth } } });
    }
    case 'identity-token':
      return JSON.stringify({ auths: { [repository]: { identitytoken: credentials.token } } });
  }
}
