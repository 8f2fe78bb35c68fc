import { existsSync } from 'node:fs';
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { applyEdit, MEMBERS, type FamilyEvent, type FamilyState, type MemberName } from '../../testing/family-edits';
import { BUILD, familyTask, lineOf, runFamily, secretsOf, writeState } from './family-builds';
import { takeUpstreamDown } from './family-upstream';
import { SMALL_IMAGES } from './small-image';
import { imageOf, type Workspace } from './workspace';

/** Makes something happen to a workspace whose files are those of a family; they are again when it has happened. */
export async function happen(workspace: Workspace, state: FamilyState, event: FamilyEvent): Promise<void> {
  switch (event.kind) {
    case 'clean':
      await runFamily(workspace, state, BUILD, lineOf(state, event.member), '--clean');
      return;
    case 'meanwhile':
      await editMeanwhile(workspace, state, applyEdit(state, event.edit));
      return;
    case 'cut':
      await cutFiles(workspace, event.left, event.every);
      return;
    case 'images-removed':
      await removeImages(workspace, state, event.images);
      return;
    case 'lab-down':
      await takeUpstreamDown(workspace, state);
      await runFamily(workspace, state, BUILD, MEMBERS);
      return;
  }
}

/** Edits as soon as a build says something of a sub-stage, if it does. */
async function editMeanwhile(workspace: Workspace, state: FamilyState, edited: FamilyState): Promise<void> {
  const task = familyTask(state, BUILD, MEMBERS);
  const nx = workspace.startNxWith(secretsOf(state), ...task, '--outputStyle=stream');
  const begins = nx.says(/\[\d\d-[a-z-]+\]/).then(
    () => 'started',
    () => 'ended',
  );
  if ((await begins) === 'started') await writeState(workspace, edited);
  await nx.outcome;
  await writeState(workspace, state);
}

/** What builds have written: what is known of earlier ones, and the records of images. */
async function cutFiles({ root }: Workspace, left: 'nothing' | 'half', every: number): Promise<void> {
  const folders = ['.immutablue/state', ...MEMBERS.map((name) => join('packages', name, 'dist'))];
  const files: string[] = [];
  for (const folder of folders) {
    // A variant that was never built has none.
    if (!existsSync(join(root, folder))) continue;
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    files.push(...found.sort());
  }
  for (const [index, file] of files.entries()) {
    if (index % every === 0) await truncate(file, left === 'nothing' ? 0 : Math.floor((await stat(file)).size / 2));
  }
}

const imagesSchema = z.array(
  z.object({ id: z.string(), names: z.array(z.string()).nullish(), readonly: z.boolean().nullish() }),
);

async function removeImages({ store }: Workspace, { release }: FamilyState, images: MemberName | 'all'): Promise<void> {
  const text = await store.run('buildah', 'images', '--all', '--json');
  const name = images === 'all' ? undefined : imageOf(images, release);
  const removed = imagesSchema.parse(JSON.parse(text)).filter(({ names, readonly }) => {
    if (readonly === true || names?.some((one) => one.startsWith(SMALL_IMAGES)) === true) return false;
    return name === undefined || names?.includes(name) === true;
  });
  if (removed.length > 0) await store.run('buildah', 'rmi', '--force', ...new Set(removed.map(({ id }) => id)));
}
