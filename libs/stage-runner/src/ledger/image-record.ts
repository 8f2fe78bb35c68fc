import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere, writeAtomically } from '@immutablue/oci';
import * as z from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const imageId = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * `dist/image.json`: what a build leaves for those who stand on it. The same image always has the same record, so that a
 * build whose result did not change does not disturb its children.
 */
export const imageRecordSchema = z.strictObject({
  variant: z.string(),
  reference: z.string(),
  imageId,
  digest,
  parent: z.strictObject({
    /** Absent when the parent is an upstream image. */
    variant: z.string().optional(),
    reference: z.string(),
    imageId,
  }),
  release: z.string(),
  arch: z.enum(['x86_64', 'aarch64']),
  upstream: z.enum(['lab', 'fedora']),
  options: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  /** diffIDs, lowest layer first. */
  layers: z.array(digest),
  /** The last of them: those that the parent does not have. */
  ownLayers: z.array(digest),
});

export type ImageRecord = z.output<typeof imageRecordSchema>;

/** Where a variant's record is. */
export function imageRecordPath(variantDirectory: string): string {
  return join(variantDirectory, 'dist', 'image.json');
}

/** The record of a variant's last build, or undefined when there is none. */
export async function readImageRecord(variantDirectory: string): Promise<ImageRecord | undefined> {
  const file = imageRecordPath(variantDirectory);
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  return parseRecord(text, file);
}

function parseRecord(text: string, file: string): ImageRecord {
  try {
    return imageRecordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new DiagnosticError(
      {
        code: 'file/not-readable',
        message: 'the record of the last build cannot be read',
        location: { file, line: 1, column: 1 },
        hint: 'remove the file and build again',
      },
      { cause: error },
    );
  }
}

/** Writes a variant's record. */
export async function writeImageRecord(variantDirectory: string, record: ImageRecord): Promise<void> {
  await writeAtomically(imageRecordPath(variantDirectory), `${JSON.stringify(record, undefined, 2)}\n`);
}
