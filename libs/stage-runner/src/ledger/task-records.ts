import { join } from 'node:path';
import { toImageId, writeAtomically, type ImageId } from '@immutablue/oci';
import type { BuildPlan, DepBuilder } from '@immutablue/plan';
import * as z from 'zod';
import { readJson } from './read-json';

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

/** The record of a variant's last build, or undefined when there is none that can be read. */
export function readImageRecord(variantDirectory: string): Promise<ImageRecord | undefined> {
  return readJson(imageRecordPath(variantDirectory), imageRecordSchema);
}

/** Writes a variant's record. */
export async function writeImageRecord(variantDirectory: string, record: ImageRecord): Promise<void> {
  await writeAtomically(imageRecordPath(variantDirectory), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** `dist/dep-builders.json`: the images of the dep-builders by name, which says for which release and platform each was made. */
const depBuildersRecordSchema = z.record(z.string(), imageId);

/** Where the record of a variant's dep-builders is. */
export function depBuildersRecordPath(variantDirectory: string): string {
  return join(variantDirectory, 'dist', 'dep-builders.json');
}

/** Writes the record of a variant's dep-builders, whose images are given by variant. */
export async function writeDepBuildersRecord(
  variantDirectory: string,
  depBuilders: readonly DepBuilder[],
  images: ReadonlyMap<string, ImageId>,
): Promise<void> {
  const record = Object.fromEntries(depBuilders.map(({ variant, reference }) => [reference, images.get(variant)]));
  await writeAtomically(depBuildersRecordPath(variantDirectory), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record of a variant's dep-builders; empty when there is none that can be read. */
export async function readDepBuildersRecord(variantDirectory: string): Promise<ReadonlyMap<string, ImageId>> {
  const record = (await readJson(depBuildersRecordPath(variantDirectory), depBuildersRecordSchema)) ?? {};
  return new Map(Object.entries(record).map(([reference, image]) => [reference, toImageId(image)]));
}

/** The recorded images of a plan's dep-builders, by variant. What was made for another release or platform is none of them. */
export async function readDepBuilderImages(
  { depBuilders }: Pick<BuildPlan, 'depBuilders'>,
  variantDirectory: string,
): Promise<ReadonlyMap<string, ImageId>> {
  const record = await readDepBuildersRecord(variantDirectory);
  return new Map(
    depBuilders.flatMap(({ variant, reference }) => {
      const image = record.get(reference);
      return image === undefined ? [] : [[variant, image] as const];
    }),
  );
}
