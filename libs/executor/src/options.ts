import { throwIfAny } from '@immutablue/diagnostics';
import * as z from 'zod';

/** A switch that is off unless it is given. */
export function flag(description: string) {
  return z.boolean().default(false).describe(description);
}

/** Text, where a command line gives a number for digits alone: `--release=43`. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/**
 * Checks the options of an executor or a generator. Nx has done so by schema.json, other callers have not.
 *
 * @throws {DiagnosticError} `yaml/wrong-value` for each option that is wrong.
 */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throwIfAny(
    parsed.error.issues.map((issue) => ({
      code: 'yaml/wrong-value',
      message: `the option --${optionName(issue.path.join('.'))}: ${issue.message}`,
    })),
  );
  throw new Error('a failed check has an issue', { cause: parsed.error });
}

/** How an option is written on a command line. */
export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
