import { rm } from 'node:fs/promises';
import { readIfThere, writeAtomically } from '@immutablue/oci';
import { labFile } from './cache/paths';
import { type LabRequest } from './plan';
import { type Lab } from './up';

/**
 * What builds depend on, as text: the images, and how packages are made. Which stand-ins the repository has is left out
 * on purpose: a package that one variant adds to its list must not rebuild every other image. The same for the
 * same lab, and without times.
 */
export function renderLabFile({ target }: LabRequest, { images, plan }: Lab): string {
  const content = {
    release: target.release,
    architecture: target.architecture,
    images: images.map(({ upstream, reference, imageId }) => ({ upstream, reference, imageId })),
    recipes: {
      rootFilesystem: plan.images.root.hash,
      realPackages: plan.packages.realPackages.hash,
    },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Writes the file unless it says the same already. */
export async function writeLabFile(workspaceRoot: string, request: LabRequest, lab: Lab): Promise<void> {
  const file = labFile(workspaceRoot, request.target.architecture);
  const text = renderLabFile(request, lab);
  if ((await readIfThere(file)) !== text) await writeAtomically(file, text);
}

/** Removes the file: there is no lab any more that it could speak of. */
export async function removeLabFile(
  workspaceRoot: string,
  architecture: LabRequest['target']['architecture'],
): Promise<void> {
  await rm(labFile(workspaceRoot, architecture), { force: true });
}
