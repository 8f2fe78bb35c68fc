import { credentialIn } from '@immutablue/diagnostics';

/** Keys of dnf.conf(5) whose values let their bearer in. */
const SECRET_KEY = /^[ \t]*(?<key>(?:proxy_)?(?:username|password))[ \t]*[=:][ \t]*\S/i;

const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>]+/gi;

/** A line of a repository definition that holds a secret, counted from 1, and what it holds. */
export interface RepositorySecret {
  readonly line: number;
  readonly what: string;
}

/**
 * The secrets in a repository definition, comments included: the file is in the image as it is. The INI format of dnf.conf(5).
 * Pure.
 */
export function secretsOf(definition: string): readonly RepositorySecret[] {
  return definition.split('\n').flatMap((text, index): RepositorySecret[] => {
    const key = SECRET_KEY.exec(text)?.groups?.['key'];
    if (key !== undefined) return [{ line: index + 1, what: `a value for ${key.toLowerCase()}` }];
    const [credential] = (text.match(ADDRESS) ?? []).flatMap((address) => credentialIn(address) ?? []);
    if (credential === undefined) return [];
    return [
      {
        line: index + 1,
        what: credential === 'user' ? 'an address with a user name or a password' : 'an address with a token',
      },
    ];
  });
}
