import type { CustomHasher, HasherContext, Task } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { imagesIfAny } from '@immutablue/oci';
import { definitionsOf, installedOf, overridesOf } from './definitions';
import { hashOfTask } from './hash';
import { hashInputs } from './hash-inputs';
import { readTaskNote, storeId } from './notes';
import { restoreName } from './restore-name';

/** What a task is made from, of the folders of variants. */
type Sources = (task: Task, context: HasherContext) => Promise<string>;

/** The hash by which Nx looks whether a task has run already, for tasks that leave images in containers-storage. */
function hasherFrom(...sources: readonly Sources[]): CustomHasher {
  return async (task, context) => {
    // Asked at once: others answer some of it, buildah and the daemon of Nx.
    const [images, hashed, store, ...digests] = await Promise.all([
      imagesIfAny(),
      hashInputs(task, context),
      storeId(workspaceRoot),
      ...sources.map((digest) => digest(task, context)),
    ]);
    const there = new Set<string>(images.map(({ id }) => id));
    const { value, left } = await hashOfTask({
      inputs: [hashed.value, ...digests].join(' '),
      storeId: store,
      noteOf: (hash) => readTaskNote(workspaceRoot, hash),
      isThere: (image) => there.has(image),
    });
    if (left?.name !== undefined) await restoreName(left.name, images);
    return { ...hashed, value };
  };
}

/** Of a variant's image. */
export const hashBuild = hasherFrom(definitionsOf, overridesOf, installedOf);

/** Of what dep-builders make, who see no override. */
export const hashDependencies = hasherFrom(definitionsOf, installedOf);
