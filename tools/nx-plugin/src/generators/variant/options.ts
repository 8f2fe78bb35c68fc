import * as z from 'zod';

const list = z
  .array(z.string())
  .default([])
  // `--options=` and a trailing comma give empty words.
  .transform((words) => [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))]);

export const variantOptions = z.strictObject({
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
export type VariantGeneratorOptions = z.input<typeof variantOptions>;

/** The options with an empty text or list where nothing was said. Names are not checked yet. */
export type RequestedVariant = z.output<typeof variantOptions>;
