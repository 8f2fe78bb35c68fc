import type { Diagnostic } from '@immutablue/diagnostics';
import type { Entry, Repository, VariantName } from '@immutablue/variant';
import type { PlannedSecret } from './script';

/** Where a repository's definition is in the root filesystem, and the secret that opens the repository. */
export interface Credential {
  readonly file: string;
  readonly secret: PlannedSecret;
}

/** Where a repository's definition is saved. */
export function repositoryFile({ name }: Pick<Repository, 'name'>): string {
  return `/etc/yum.repos.d/${name}`;
}

/** The credentials that repositories name. @param given the names of the secrets that the build is given. */
export function credentialsOf(
  repositories: readonly Entry<Repository>[],
  given: ReadonlySet<string>,
): readonly Credential[] {
  return repositories.flatMap(({ value }) => {
    if (value.secret === undefined) return [];
    const state = given.has(value.secret) ? 'given' : 'missing';
    return [{ file: repositoryFile(value), secret: { name: value.secret, state } }];
  });
}

/** `secret/unknown` for a secret that the variant does not list, `secret/not-encrypted` for one that would go in clear. Pure. */
export function checkRepositorySecrets(
  repositories: readonly Entry<Repository>[],
  listed: (variant: VariantName) => readonly string[],
): Diagnostic[] {
  return repositories.flatMap(({ value: { secret, url }, variant, location }) => {
    if (secret === undefined) return [];
    return [
      ...(listed(variant).includes(secret) ? [] : [unknownSecret(secret, variant, location)]),
      ...(/^http:\/\/(?!127\.|localhost[:/]|\[::1\])/.test(url) ? [notEncrypted(secret, location)] : []),
    ];
  });
}

function notEncrypted(secret: string, location: Diagnostic['location']): Diagnostic {
  return {
    code: 'secret/not-encrypted',
    message: `\`${secret}\` would go to an http:// address, where others can read it`,
    ...(location === undefined ? {} : { location }),
    hint: 'use the https:// address of the repository',
  };
}

/** The diagnostic for a secret that is asked for and not listed. */
export function unknownSecret(secret: string, variant: string, location: Diagnostic['location']): Diagnostic {
  return {
    code: 'secret/unknown',
    message: `\`${secret}\` is no secret of \`${variant}\``,
    ...(location === undefined ? {} : { location }),
    hint: `list it in packages/${variant}/variant.yaml: \`secrets: [${secret}]\``,
  };
}
