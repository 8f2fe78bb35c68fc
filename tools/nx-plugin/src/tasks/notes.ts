import { randomUUID } from 'node:crypto';
import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn, readIfThere, stateDirectory, writeAtomically } from '@immutablue/oci';
import * as z from 'zod';

/** What a task of Nx has left in the store: what Nx keeps of it is true for as long as the images are there. */
const noteSchema = z.strictObject({
  images: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  /** The name that the task has given to one of them. */
  name: z.strictObject({ reference: z.string(), image: z.string() }).optional(),
});
export type TaskNote = z.output<typeof noteSchema>;

/** Nx sets it for each task that it runs. */
const TASK_HASH = 'NX_TASK_HASH';

function directoryOf(workspaceRoot: string): string {
  return join(stateDirectory(workspaceRoot), 'tasks');
}

/** Notes what the task that runs has left. Does nothing when this is no task of Nx. */
export async function noteTask(
  workspaceRoot: string,
  left: TaskNote,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const hash = environment[TASK_HASH];
  if (hash === undefined || !isHash(hash)) return;
  await writeAtomically(join(directoryOf(workspaceRoot), hash), `${JSON.stringify(left)}\n`);
}

/** What a task of this hash has left, or undefined when none has run here. */
export async function readTaskNote(workspaceRoot: string, hash: string): Promise<TaskNote | undefined> {
  const text = await readIfThere(join(directoryOf(workspaceRoot), hash));
  return text === undefined ? undefined : noteSchema.parse(JSON.parse(text));
}

/** Longer than Nx keeps what nobody asks for. */
const DAYS = 60;

/** Forgets old tasks whose images are gone. Nx does not keep anything of them any more. */
export async function forgetOldTasks(
  workspaceRoot: string,
  isThere: (image: string) => boolean,
  now: number = Date.now(),
): Promise<void> {
  const directory = directoryOf(workspaceRoot);
  for (const name of (await namesIn(directory)).filter(isHash)) {
    const file = join(directory, name);
    if (now - (await stat(file)).mtimeMs < DAYS * 24 * 60 * 60 * 1000) continue;
    const left = await readTaskNote(workspaceRoot, name);
    if (left?.images.every(isThere) !== true) await rm(file, { force: true });
  }
}

/** What stands for this workspace's notes about the store: what was built into another one is not here. */
export async function storeId(workspaceRoot: string): Promise<string> {
  const state = stateDirectory(workspaceRoot);
  const path = join(state, 'store-id');
  const known = await readIfThere(path);
  if (known !== undefined) return known.trim();
  await mkdir(state, { recursive: true });
  const id = randomUUID();
  // Nx asks for several tasks at once, in one process.
  const temporary = `${path}.${id}.tmp`;
  await writeFile(temporary, `${id}\n`);
  try {
    // Unlike a rename, it fails when another process was first.
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary);
  }
  return storeId(workspaceRoot);
}

function isHash(text: string): boolean {
  return /^[0-9a-z]+$/.test(text);
}
