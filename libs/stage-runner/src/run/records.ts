import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '@immutablue/oci';
import { z } from 'zod';
import type { BuildKey } from '../reuse/key';
import { stateDirectory } from './state';

const imageId = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What was built under a key: one file for each, whose time of change is that of its last use. */
export const buildRecordSchema = z.strictObject({
  kind: z.enum(['checkpoint', 'image', 'dependencies']),
  variant: z.string(),
  imageId,
  /** The image that it was built on. */
  parent: z.strictObject({ imageId, layers: z.array(digest) }),
  /** What it has above its parent: layers that another parent can be given. */
  ownLayers: z.array(digest),
});
export type BuildRecord = z.output<typeof buildRecordSchema>;

/** Where the records of a user's builds are; the name of each file is the key. */
export function buildRecordsDirectory(workspaceRoot: string): string {
  return join(stateDirectory(workspaceRoot), 'builds');
}

/** The record of a key, or undefined when nothing was built under it. One that cannot be read counts as none. */
export async function readBuildRecord(workspaceRoot: string, key: BuildKey): Promise<BuildRecord | undefined> {
  const text = await readIfThere(join(buildRecordsDirectory(workspaceRoot), key));
  if (text === undefined) return undefined;
  return parseBuildRecord(text);
}

/** A record from the text of its file, or undefined when it is none: written by another version, or cut short. */
export function parseBuildRecord(text: string): BuildRecord | undefined {
  try {
    return buildRecordSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Notes what a key gave. */
export async function writeBuildRecord(workspaceRoot: string, key: BuildKey, record: BuildRecord): Promise<void> {
  await writeAtomically(join(buildRecordsDirectory(workspaceRoot), key), `${JSON.stringify(record)}\n`);
}

/** Notes that a record was used just now. */
export async function touchBuildRecord(workspaceRoot: string, key: BuildKey): Promise<void> {
  const now = new Date();
  await utimes(join(buildRecordsDirectory(workspaceRoot), key), now, now);
}
