import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, readIfThere, stateDirectory, writeAtomically } from '@immutablue/oci';
import * as z from 'zod';
import type { BuildKey } from '@immutablue/plan';

const imageId = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What was built under a key: one file for each, whose time of change is that of its last use. */
export const buildRecordSchema = z.strictObject({
  kind: z.enum(['beginning', 'checkpoint', 'image', 'dependencies']),
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

/** A record with its key and when it was used last, in milliseconds since 1970. */
export interface KeptRecord {
  readonly key: BuildKey;
  readonly record: BuildRecord;
  readonly usedAt: number;
}

/** All records that can be read. */
export async function readBuildRecords(workspaceRoot: string): Promise<readonly KeptRecord[]> {
  const directory = buildRecordsDirectory(workspaceRoot);
  const kept: KeptRecord[] = [];
  for (const name of await namesIn(directory)) {
    // What a write that was killed has left is none.
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const key = name as BuildKey;
    const record = await readBuildRecord(workspaceRoot, key);
    if (record === undefined) continue;
    kept.push({ key, record, usedAt: (await stat(join(directory, name))).mtimeMs });
  }
  return kept;
}

/** Forgets what a key gave. */
export async function forgetBuildRecord(workspaceRoot: string, key: BuildKey): Promise<void> {
  await rm(join(buildRecordsDirectory(workspaceRoot), key), { force: true });
}
