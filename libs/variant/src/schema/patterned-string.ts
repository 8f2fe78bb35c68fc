import { credentialIn } from '@immutablue/diagnostics';
import * as z from 'zod';
import { quoted } from '../quoted';

export interface PatternedString {
  readonly pattern: RegExp;
  /** Completes the sentence "`x` is not …". */
  readonly what: string;
  /** What it has to look like. */
  readonly hint: string;
  /** How many characters it may have. */
  readonly maxLength: number;
}

/** The longest path that system calls take, and the longest name of a file: https://man7.org/linux/man-pages/man7/pathname.7.html */
export const PATH_LENGTH = 4095;
export const FILE_NAME_LENGTH = 255;

/** A line of text for people. */
export const LINE_LENGTH = 1000;

/** An address, which must not hold what lets its bearer in. It is shown in no message that refuses it. */
export function addressString({ pattern, what, hint, maxLength }: PatternedString) {
  return z
    .string()
    .check(({ value, issues }) => {
      const credential = credentialIn(value);
      if (credential !== undefined) {
        const message = `the address has ${CREDENTIALS[credential]} in it`;
        issues.push({ code: 'custom', message, params: { hint: NO_CREDENTIALS, source: 'hidden' }, input: value });
      } else if (value.length > maxLength) {
        const message = `the address has ${value.length} characters: ${what} has at most ${maxLength}`;
        issues.push({ code: 'custom', message, params: { hint, source: 'hidden' }, input: value });
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
    .meta({ pattern: pattern.source, maxLength });
}

const CREDENTIALS = { user: 'a user name or a password', token: 'what looks like a token' } as const;

const NO_CREDENTIALS = 'take it out: packages.yaml can be read in git and in every image that is made of it';

/** What begins like `user:password@`, where no address belongs, or one without its scheme. */
const PASSWORD = /^[^\s/@:]+:(?!\/\/)[^@]+@(?!sha256:)/;

/**
 * A string that must match a pattern. The error says what the string should have been and carries a hint, for which
 * zod's own `regex` has no room; the pattern goes into the JSON Schema as well.
 */
export function patternedString({ pattern, what, hint, maxLength }: PatternedString) {
  return z
    .string()
    .check((context) => {
      const { value } = context;
      if (value.length <= maxLength && pattern.test(value)) return;
      if (PASSWORD.test(value)) {
        context.issues.push({
          code: 'custom',
          message: `this is not ${what}`,
          params: { hint, source: 'hidden' },
          input: value,
        });
        return;
      }
      const message = value.length > maxLength ? tooLong(value, what, maxLength) : `${quoted(value)} is not ${what}`;
      context.issues.push({ code: 'custom', message, params: { hint }, input: value });
    })
    .meta({ pattern: pattern.source, maxLength });
}

/** Text in which any character may stand. */
export function textOf(what: string, maxLength: number) {
  return z
    .string()
    .check((context) => {
      const { value } = context;
      if (value.length <= maxLength) return;
      context.issues.push({ code: 'custom', message: tooLong(value, what, maxLength), input: value });
    })
    .meta({ maxLength });
}

function tooLong(value: string, what: string, maxLength: number): string {
  return `${quoted(value)} has ${value.length} characters: ${what} has at most ${maxLength}`;
}

/** A path in the root filesystem: absolute, and without steps that lead somewhere else than they say. */
export const absolutePathSchema = patternedString({
  pattern: /^(?!.*\/\.{1,2}(?:\/|$))(?:\/[^/\u0000-\u001f\u007f]+)+$/,
  what: 'an absolute path',
  hint: 'begin with `/`, and leave out `.`, `..`, doubled and trailing slashes',
  maxLength: PATH_LENGTH,
});

/** Permission bits with setuid, setgid and sticky. */
export const modeSchema = patternedString({
  pattern: /^0?[0-7]{3,4}$/,
  what: 'a mode',
  hint: "an octal number in quotes, like '0440'",
  maxLength: 5,
});
