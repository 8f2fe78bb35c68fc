import { buildOptionSchema, releaseSchema, variantNameSchema } from '../names';

/** Names for specs; a name of the wrong form fails the spec. */
export const variantName = (text: string) => variantNameSchema.parse(text);
export const buildOptions = (...texts: readonly string[]) => texts.map((text) => buildOptionSchema.parse(text));
export const releases = (...texts: readonly string[]) => texts.map((text) => releaseSchema.parse(text));
export const release = (text: string) => releaseSchema.parse(text);
