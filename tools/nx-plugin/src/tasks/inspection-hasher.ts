import type { CustomHasher } from '@nx/devkit';
import { join } from 'node:path';
import { imagesIfAny, readIfThere, readText } from '@immutablue/oci';
import { keysOf } from '@immutablue/plan';
import {
  codeDigest,
  findDeferred,
  openLedger,
  readDepBuilderImages,
  readFamily,
  readImageRecord,
} from '@immutablue/stage-runner';
import { lineageOf, yamlContent } from '@immutablue/variant';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { freshHash, taskInputs } from './hash';
import { hashed } from './image-hashers';
import { installedVersions } from './installed';
import { hasOtherOptions, optionsOf, plannedFor, SELECTION } from './planned';

/**
 * The hash of a task that looks at an image: what it found holds for the image that the name stands for, compared with its plan,
 * by these checks.
 */
export const hashInspection: CustomHasher = async (task, context) => {
  const [images, planned] = await Promise.all([imagesIfAny(), plannedFor(task, context)]);
  if (planned === undefined) return hashed(freshHash(taskInputs('nothing to look at')));
  const { reference } = planned.plan;
  const image =
    (await findDeferred(openLedger(workspaceRoot), reference)) ??
    images.find(({ names }) => names.includes(reference))?.id;
  if (image === undefined) return hashed(freshHash(taskInputs('nothing to look at')));
  const { plan, variantsDirectory } = planned;
  const options = optionsOf(task, context);
  const depBuilderImages = await readDepBuilderImages(plan, join(variantsDirectory, plan.variant));
  const inputs = taskInputs(
    task.target.target,
    image,
    // A boot is of the image that was built last, whatever its name stands for.
    (await readImageRecord(join(variantsDirectory, plan.variant)))?.imageId,
    keysOf(plan, depBuilderImages).rest,
    await checksOf(variantsDirectory, plan.variant),
    codeDigest(['@immutablue/inspect', '@immutablue/boot']),
    await installedVersions(),
    [options['vm'], options['timeout']],
  );
  return hashed(hasOtherOptions(task, [...SELECTION, 'vm', 'timeout']) ? freshHash(inputs) : inputs);
};

/** What the variant and all that it stands on say of findings and of boots. */
async function checksOf(variantsDirectory: string, variant: string): Promise<unknown> {
  const family = await readFamily(variantsDirectory);
  const members = lineageOf(family, family.variant(variant)).flatMap((member) => [...member.applied, member.name]);
  return Promise.all(
    [...new Set(members)].map(async (member) => [
      yamlContent(await readText(join(variantsDirectory, member, 'variant.yaml'))),
      (await readIfThere(join(variantsDirectory, member, 'boot-checks.yaml'))) ?? '',
    ]),
  );
}
