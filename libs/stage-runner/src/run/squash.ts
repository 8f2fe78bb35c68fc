import { join } from 'node:path';
import {
  commitContainer,
  createContainer,
  mountContainer,
  removeContainer,
  requireImage,
  runCommand,
  type ImageDetails,
  type ImageId,
  type Layer,
  ownedName,
  withWorkingFolder,
} from '@immutablue/oci';
import { openRoot, type RootNode } from '@immutablue/overrides';
import type { Ledger } from '../ledger/ledger';
import type { BuildRequest } from './request';
import { layersOf } from '../cache/parent-changes';
import { firstHidden, mergeLayers, type MergedChange } from './merge-layers';

/**
 * Makes one layer of an image's own layers, with the same root filesystem, when a higher one deletes a file of a lower one:
 * an image does not carry what its sub-stages remove.
 *
 * @returns the image itself when no layer deletes anything of another.
 */
export async function squashIfNeeded(
  request: BuildRequest,
  { parent, ledger }: { readonly parent: ImageDetails; readonly ledger: Ledger },
  image: ImageId,
  stage: string,
): Promise<ImageId> {
  const { plan, emit } = request;
  const { layers } = await requireImage(image, `build it again: \`npx nx build ${plan.variant}\``);
  const own = await layersOf(layers.slice(parent.layers.length));
  const deleted = firstHidden(own);
  if (deleted === undefined) return image;
  emit({
    kind: 'notice',
    stage,
    message: `squashing layers: ${deleted} is removed by a later sub-stage`,
  });
  const squashed = await copyOwnLayers(request, parent, image, own);
  await ledger.write('images', squashed, { variant: plan.variant, parentLayers: parent.layers.length });
  return squashed;
}

/** Makes an image of the parent and one layer with all that `image` has above the parent. */
async function copyOwnLayers(
  { plan, signal }: BuildRequest,
  parent: ImageDetails,
  image: ImageId,
  own: readonly Layer[],
): Promise<ImageId> {
  const [from, to] = [await ownedName(`${plan.variant}-from`), await ownedName(`${plan.variant}-to`)];
  return withWorkingFolder('layer', async (directory) => {
    try {
      await createContainer(image, from, { signal });
      await createContainer(parent.id, to, { signal });
      const [source, target] = [await mountContainer(from, { signal }), await mountContainer(to, { signal })];
      const targetRoot = await openRoot(target, { epochSeconds: parent.created });
      const paths: string[] = [];
      for (const change of mergeLayers(own)) {
        const there = await targetRoot.lstat(change.path);
        if (change.kind === 'has') paths.push(`.${change.path}`);
        if (mustGo(change, there?.type)) await targetRoot.remove(change.path);
        else if (change.kind === 'removed' && there?.type === 'directory') await targetRoot.emptyDirectory(change.path);
      }
      const archive = join(directory, 'own.tar');
      const attributes = ['--xattrs', '--xattrs-include=*', '--numeric-owner'];
      await runCommand(
        [
          'tar',
          '--create',
          `--file=${archive}`,
          '--null',
          '--no-recursion',
          ...attributes,
          `--directory=${source}`,
          '--files-from=-',
        ],
        { signal, input: paths.join('\0') },
      );
      await runCommand(
        [
          'tar',
          '--extract',
          `--file=${archive}`,
          '--preserve-permissions',
          '--same-owner',
          ...attributes,
          `--directory=${target}`,
        ],
        { signal },
      );
      return await commitContainer(to, parent.created, { signal });
    } finally {
      await removeContainer(from);
      await removeContainer(to);
    }
  });
}

/** Whether what the parent has at the path of a change is removed with all below it, before anything comes there. */
function mustGo(change: MergedChange, there: RootNode['type'] | undefined): boolean {
  if (there === undefined) return false;
  // tar puts no directory in the place of anything else, nor the other way round.
  if (change.kind === 'has') return (there === 'directory') !== (change.type === 'directory');
  // A link in the place of a directory that is emptied is removed; what it leads to is not emptied.
  return change.removes === 'path' || there !== 'directory';
}
