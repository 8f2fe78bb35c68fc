import { readIfThere } from '@immutablue/oci';
import type * as z from 'zod';

/**
 * The JSON that a file holds. One that is missing, empty, cut short, or written by another version counts as not there: whatever
 * it said is found out again by building.
 */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
