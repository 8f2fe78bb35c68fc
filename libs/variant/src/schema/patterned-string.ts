import * as z from 'zod';
import { quoted } from '../quoted';

export interface PatternedString {
  readonly pattern: RegExp;
  /** Completes the sentence "`x` is not …". */
  readonly what: string;
  /** What it has to look like. */
  readonly hint: string;
}

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
