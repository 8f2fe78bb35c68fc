import { toDigest, type Digest } from '@immutablue/oci';
import * as z from 'zod';

/** A digest in an answer. */
export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .transform(toDigest);

/** What a manifest says of something: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.infer<typeof descriptorSchema>;

/** Something by its digest, and how long it is. */
export type Sized = Pick<Descriptor, 'digest' | 'size'>;

/** How a fallback tag begins: `sha256-<hex>`. */
export function tagOf(digest: Digest): string {
  return digest.replace(':', '-');
}
