import { DiagnosticError } from '@immutablue/diagnostics';
import { parseReference } from '@immutablue/oci';
import type { CacheRepository, CacheSettings } from '@immutablue/registry-cache';
import * as z from 'zod';

/** The repository that builds ask, in place of the one in nx.json. */
const READ_VARIABLE = 'IMMUTABLUE_CACHE_REPOSITORY';

/** The repository that gets what is built; without it nothing is pushed. */
const WRITE_VARIABLE = 'IMMUTABLUE_CACHE_REPOSITORY_WRITE';

/** The setting `cache` of nx.json. It is in no plan: where results are kept decides nothing about them. */
export const cacheOptionsSchema = z.strictObject({
  /** The repository that is trusted: builds take from it what is signed by the key of `signing`. */
  repository: z
    .string()
    .refine(
      (text) => toRepository(text) !== undefined,
      'expected a registry and a repository, like `quay.io/immutablue/cache`',
    ),
  /** See {@link CacheSettings}. */
  unsigned: z.enum(['refused', 'own', 'accepted']).default('refused'),
});

/**
 * What nx.json and the environment say together.
 *
 * @returns undefined when no registry is asked.
 * @throws {DiagnosticError} `cache/not-configured` for a variable that names no repository; it is not repeated, as it may hold a
 *   password.
 */
export function cacheSettings(
  options: z.output<typeof cacheOptionsSchema> | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): CacheSettings | undefined {
  const own = repositoryIn(WRITE_VARIABLE, environment);
  const named = repositoryIn(READ_VARIABLE, environment);
  const trusted = named ?? (options === undefined ? own : toRepository(options.repository));
  if (trusted === undefined) return undefined;
  return { trusted, ...(own === undefined ? {} : { own }), unsigned: options?.unsigned ?? 'refused' };
}

function repositoryIn(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): CacheRepository | undefined {
  const value = environment[variable] ?? '';
  if (value === '') return undefined;
  const repository = toRepository(value);
  if (repository !== undefined) return repository;
  throw new DiagnosticError({
    code: 'cache/not-configured',
    message: `${variable} names no repository of a registry`,
    hint: 'like `quay.io/immutablue/cache`; credentials are those of `skopeo login`',
  });
}

/** The repository that a text names; undefined when it names none, or an image in one. */
export function toRepository(text: string): CacheRepository | undefined {
  const reference = parseReference(text);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) return undefined;
  return { host: reference.registry, name: reference.repository };
}
