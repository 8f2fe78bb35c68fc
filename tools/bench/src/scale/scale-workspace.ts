import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageSettings } from '@immutablue/variant';
import { copyWorkspace } from '../../../../e2e/support/copy-workspace';
import { treeOf, type TreeVariant } from './tree';

/** A scratch copy of the workspace, with a generated family in place of its own. */
export interface ScaleWorkspace {
  readonly root: string;
  readonly dispose: () => Promise<void>;
}

/** Makes one with so many variants: the base is this workspace's own, all others are like cyan, each with an option of its own. */
export async function createScaleWorkspace(
  number: number,
  { variants }: Pick<ImageSettings, 'variants'>,
): Promise<ScaleWorkspace> {
  const scratch = await mkdtemp(join(tmpdir(), 'immutablue-scale-'));
  const root = join(scratch, 'workspace');
  await copyWorkspace(root, 'linked');
  const models = join(scratch, 'models');
  await rename(join(root, variants), models);
  for (const variant of treeOf(number)) {
    const folder = join(root, variants, variant.name);
    await mkdir(folder, { recursive: true });
    const model = join(models, variant.parent === undefined ? 'base' : 'cyan');
    // What an image is made from; tests and documents are not.
    for (const part of (await readdir(model)).filter((name) => PARTS.includes(name))) {
      await cp(join(model, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
    }
    await writeFile(join(folder, 'variant.yaml'), definitionOf(variant));
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: `@immutablue/${variant.name}`, private: true }),
    );
  }
  return {
    root,
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}

const PARTS: readonly string[] = ['packages.yaml', 'artifacts', 'build', 'deps'];

function definitionOf({ name, parent }: TreeVariant): string {
  const own =
    parent === undefined
      ? ['from: quay.io/fedora-ostree-desktops/silverblue', 'image: immutablue', 'options: [gui, silverblue]']
      : [`from: ${parent}`, `options: [${name}]`, 'secrets: [mok-key]'];
  return [`name: ${name}`, 'description: An image', 'platforms: [linux/amd64, linux/arm64]', ...own, ''].join('\n');
}
