import { patternedString } from './schema/patterned-string';
import type * as z from 'zod';

/** A tag of an image: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
export const tagSchema = patternedString({
  pattern: /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/,
  what: 'a tag of an image',
  hint: 'letters, digits, `_`, `.` and `-`, beginning with none of the last two',
  maxLength: 128,
}).brand<'Tag'>();
export type Tag = z.output<typeof tagSchema>;
