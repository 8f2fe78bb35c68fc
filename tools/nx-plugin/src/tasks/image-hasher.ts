import { join } from 'node:path';
import type { CustomHasher } from '@nx/devkit';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { imagesIfAny, readIfThere } from '@immutablue/oci';
import * as z from 'zod';
import { definitionsOf, installedOf, overridesOf } from './definitions';
import { hashOfLook } from './hash';
import { hashInputs } from './hash-inputs';
import { storeId } from './notes';

const recordSchema = z.object({ reference: z.string() });

/**
 * The hash of a task that looks at an image: what it found holds for that image. Which one the variant's name stands for is not
 * said by any file.
 */
const hasher: CustomHasher = async (task, context) => {
  const [images, hashed, definitions, overrides, installed, store, text] = await Promise.all([
    imagesIfAny(),
    hashInputs(task, context),
    definitionsOf(task, context),
    overridesOf(task, context),
    installedOf(),
    storeId(workspaceRoot),
    readIfThere(join(workspaceRoot, task.projectRoot ?? '', 'dist', 'image.json')),
  ]);
  const reference = text === undefined ? undefined : recordSchema.parse(JSON.parse(text)).reference;
  const image = reference === undefined ? undefined : images.find(({ names }) => names.includes(reference));
  const value = hashOfLook({
    inputs: `${hashed.value} ${definitions} ${overrides} ${installed}`,
    storeId: store,
    image: image?.id,
  });
  return { ...hashed, value };
};
export default hasher;
