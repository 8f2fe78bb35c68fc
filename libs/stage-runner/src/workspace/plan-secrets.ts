import type { Diagnostic } from '@immutablue/diagnostics';
import { unknownSecret, type PlannedSecret } from '@immutablue/plan';
import type { Located } from '@immutablue/variant';

/** What of secrets is known before a script or a Containerfile is read. */
export interface KnownSecrets {
  readonly variant: string;
  /** The names that variant.yaml lists. */
  readonly listed: readonly string[];
  /** The names of those that the build is given. */
  readonly given: ReadonlySet<string>;
}

/** The secrets that a header asks for; `secret/unknown` for each that its variant.yaml does not list. Pure. */
export function planSecrets(
  asked: readonly Located<string>[],
  { variant, listed, given }: KnownSecrets,
): { readonly planned: readonly PlannedSecret[]; readonly diagnostics: readonly Diagnostic[] } {
  const unknown = asked.filter(({ value }) => !listed.includes(value));
  return {
    planned: [...new Set(asked.map(({ value }) => value))].map((name) => ({
      name,
      state: given.has(name) ? 'given' : 'missing',
    })),
    diagnostics: unknown.map(({ value, location }) => unknownSecret(value, variant, location)),
  };
}
