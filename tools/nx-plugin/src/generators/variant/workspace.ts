import { join } from 'node:path';
import { getProjects, joinPathFragments, readNxJson, type Tree } from '@nx/devkit';
import { checkedValue, parseFamily, type Release, type VariantDefinition } from '@immutablue/variant';
import * as z from 'zod';
import { readPluginOptions } from '../../shared/settings';

const packageSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  license: z.string().optional(),
});

/** What the generator reads of a package.json. */
export type PackageFacts = z.output<typeof packageSchema>;

/** A project of the workspace, whatever it holds. */
export interface Project {
  readonly name: string;
  /** Its folder, relative to the workspace's. */
  readonly root: string;
  readonly package: PackageFacts;
}

/** All that the generator knows of the workspace. */
export interface Workspace {
  /** The folder with the variants' folders, relative to the workspace's. */
  readonly variants: string;
  readonly releases: readonly [Release, ...Release[]];
  /** The variants that there are, checked against each other. */
  readonly definitions: readonly VariantDefinition[];
  readonly projects: readonly Project[];
  readonly package: PackageFacts;
}

/**
 * Reads the workspace from the tree, with what other generators of the same run have changed in it.
 *
 * @throws {DiagnosticError} with everything that is wrong with any variant.yaml: a parent that cannot be read is not an
 * unknown parent.
 */
export function readWorkspace(tree: Tree): Workspace {
  const { variants, releases } = readPluginOptions(readNxJson(tree) ?? {});
  return {
    variants,
    releases,
    definitions: readDefinitions(tree, variants),
    projects: [...getProjects(tree)].map(([name, { root }]) => ({ name, root, package: readPackage(tree, root) })),
    package: readPackage(tree, '.'),
  };
}

function readDefinitions(tree: Tree, variants: string): readonly VariantDefinition[] {
  const files = tree
    .children(variants)
    .toSorted()
    .map((folder) => {
      const file = joinPathFragments(variants, folder, 'variant.yaml');
      return { file: join(tree.root, file), text: tree.read(file, 'utf8') ?? undefined };
    });
  return checkedValue(parseFamily(files)).variants.map(({ definition }) => definition);
}

function readPackage(tree: Tree, root: string): PackageFacts {
  const text = tree.read(joinPathFragments(root, 'package.json'), 'utf8');
  return text === null ? {} : packageSchema.parse(JSON.parse(text));
}
