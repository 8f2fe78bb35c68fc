import { quoteNames } from '@immutablue/diagnostics';
import type * as z from 'zod';
import { ARCHITECTURES } from './platform';
import { patternedString } from './schema/patterned-string';

/**
 * Words that would make a key of packages.yaml ambiguous if they were build options: `rpm_rm` must stay the key for
 * removals and never become "`rpm` for the option `rm`". The spec derives this list from the keys.
 */
export const RESERVED_OPTIONS: readonly string[] = ['rm', 'runtime', 'url', ...ARCHITECTURES];

/** Lowercase words joined by single hyphens, as a regular expression without anchors. */
export const NAME = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';

/**
 * How many characters a name of a variant or an option has: some of them are joined in a name of an image, which has at most
 * 255 with its registry.
 */
export const NAME_LENGTH = 64;

/** The name of a variant: that of its folder below `packages/`. */
export const variantNameSchema = patternedString({
  pattern: new RegExp(`^${NAME}$`),
  what: 'a name of a variant',
  hint: 'lowercase letters, digits and single hyphens, beginning with a letter',
  maxLength: NAME_LENGTH,
}).brand<'VariantName'>();
export type VariantName = z.output<typeof variantNameSchema>;

/** One word of what Immutablue calls build options: `gui`, `silverblue`, `cyan`. */
export const buildOptionSchema = patternedString({
  pattern: new RegExp(`^(?!(?:${RESERVED_OPTIONS.join('|')})$)${NAME}$`),
  what: 'a name of a build option',
  hint: `lowercase letters, digits and single hyphens, beginning with a letter; ${quoteNames(RESERVED_OPTIONS)} have a meaning of their own in packages.yaml`,
  maxLength: NAME_LENGTH,
}).brand<'BuildOption'>();
export type BuildOption = z.output<typeof buildOptionSchema>;

/** A secret: what its file is called in a build, and its variable with `IMMUTABLUE_SECRET_` in front. */
export const secretNameSchema = patternedString({
  pattern: new RegExp(`^${NAME}$`),
  what: 'a name of a secret',
  hint: 'lowercase letters, digits and single hyphens, like `mok-key`',
  maxLength: NAME_LENGTH,
});

/** The Fedora major version, as it stands in tags and in packages.yaml: `44`. */
export const releaseSchema = patternedString({
  pattern: /^[1-9][0-9]*$/,
  what: 'a Fedora release',
  hint: 'the major version alone, like 44',
  maxLength: 4,
}).brand<'Release'>();
export type Release = z.output<typeof releaseSchema>;

/** Whether `text` has the form of a variant's name. */
export function isVariantName(text: string): text is VariantName {
  return variantNameSchema.safeParse(text).success;
}

/** Whether `text` has the form of a build option. */
export function isBuildOption(text: string): text is BuildOption {
  return buildOptionSchema.safeParse(text).success;
}

/** Whether `text` has the form of a Fedora release. */
export function isRelease(text: string): text is Release {
  return releaseSchema.safeParse(text).success;
}
