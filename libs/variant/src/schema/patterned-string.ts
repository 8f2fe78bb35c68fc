import { z } from 'zod';

export interface PatternedString {
  readonly pattern: RegExp;
  /** Completes the sentence "`x` is not …". */
  readonly what: string;
  /** What it has to look like. */
  readonly hint: string;
}

/**
 * A string that must match a pattern. The error says what the string should have been and carries a hint, both of which
 * zod's own `regex` has no room for; the pattern and the hint go into the JSON Schema as well.
 */
export function patternedString({ pattern, what, hint }: PatternedString) {
  return z
    .string()
    .check((context) => {
      if (pattern.test(context.value)) return;
      context.issues.push({
        code: 'custom',
        message: `\`${context.value}\` is not ${what}`,
        params: { hint },
        input: context.value,
      });
    })
    .meta({ pattern: pattern.source, description: `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}: ${hint}` });
}
