import * as z from 'zod';
import { bootChecksFileSchema } from '../checks-file/schema';

/** The JSON Schema of boot-checks.yaml, for editors. */
export function bootChecksJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(bootChecksFileSchema, { target: 'draft-7', io: 'input' });
}
