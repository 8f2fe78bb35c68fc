import { credentialIn } from '@immutablue/diagnostics';
import * as z from 'zod';
import { quoted } from '../quoted';

export interface PatternedString {
  readonly pattern: RegExp;
  /** Completes the sentence "`x` is not …". */
  readonly what: string;
  /** What it has to look like. */
  readonly hint: string;
}

/** An address, which must not hold what lets its bearer in. It is shown in no message that refuses it. */
export function addressString({ pattern, what, hint }: PatternedString) {
  return z
    .string()
    .check(({ value, issues }) => {
      const credential = credentialIn(value);
      if (credential !== undefined) {
        const message = `the address has ${CREDENTIALS[credential]} in it`;
        issues.push({ code: 'custom', message, params: { hint: NO_CREDENTIALS, source: 'hidden' }, input: value });
      } else if (!pattern.test(value)) {
        const isDoubtful = value.includes('@');
        issues.push({
          code: 'custom',
          message: `${isDoubtful ? 'this' : quoted(value)} is not ${what}`,
          params: { hint, ...(isDoubtful ? { source: 'hidden' } : {}) },
          input: value,
        });
      }
    })
    .meta({ pattern: pattern.source });
}

const CREDENTIALS = { user: 'a user name or a password', token: 'what looks like a token' } as const;

const NO_CREDENTIALS = 'take it out: packages.yaml can be read in git and in every image that is made of it';

/**
 * A string that must match a pattern. The error says what the string should have been and carries a hint, for which
 * zod's own `regex` has no room; the pattern goes into the JSON Schema as well.
 */
export function patternedString({ pattern, what, hint }: PatternedString) {
  return z
    .string()
    .check((context) => {
      if (pattern.test(context.value)) return;
      context.issues.push({
        code: 'custom',
        message: `${quoted(context.value)} is not ${what}`,
        params: { hint },
        input: context.value,
      });
    })
    .meta({ pattern: pattern.source });
}

/** A path in the root filesystem: absolute, and without steps that lead somewhere else than they say. */
export const absolutePathSchema = patternedString({
  pattern: /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[^/\u0000-\u001f\u007f]+)+$/,
  what: 'an absolute path',
  hint: 'begin with `/`, and leave out `.`, `..`, doubled and trailing slashes',
});

/** Permission bits with setuid, setgid and sticky. */
export const modeSchema = patternedString({
  pattern: /^0?[0-7]{3,4}$/,
  what: 'a mode',
  hint: "an octal number in quotes, like '0440'",
});
