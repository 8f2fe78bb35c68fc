import { throwIfAny } from '@immutablue/diagnostics';
import * as z from 'zod';

const list = z
  .array(z.string())
  .default([])
  // `--options=` and a trailing comma give empty words.
  .transform((words) => [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))]);

const optionsSchema = z.strictObject({
  name: z.string(),
  from: z.string(),
  description: z
    .string()
    .default('')
    .transform((text) => text.trim()),
  options: list,
  apply: list,
  platforms: list,
});

/** What the generator can be told; the same as in schema.json. */
export type VariantGeneratorOptions = z.input<typeof optionsSchema>;

/** The options with an empty text or list where nothing was said. Names are not checked yet. */
export type RequestedVariant = z.output<typeof optionsSchema>;

/**
 * Checks the form of the generator's options; Nx has done so by schema.json, other generators have not.
 *
 * @throws {DiagnosticError} `yaml/wrong-value` for each option that is wrong.
 */
export function parseOptions(options: VariantGeneratorOptions): RequestedVariant {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throwIfAny(
    parsed.error.issues.map((issue) => ({
      code: 'yaml/wrong-value',
      message: `the option --${issue.path.join('.')}: ${issue.message}`,
    })),
  );
  throw new Error('a failed check has an issue', { cause: parsed.error });
}
