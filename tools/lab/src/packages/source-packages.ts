import { dirname, join } from 'node:path';
import { recipeOfFiles, type Recipe } from '../cache/recipe';
import { listTree } from './package-tree';
import { standInPackage } from './stand-in-plan';
import { type RpmPackage } from './rpm-spec';

/** One folder for each package, with its files at their places; the same place from `src` and from `dist`. */
export const SOURCE_DIRECTORY = join(dirname(require.resolve('@immutablue/lab/package.json')), 'packages');

/**
 * Stand-ins that do what their name says in a small way: sources of kernel modules and what builds them. Dep-builders
 * install them, no packages.yaml names them. By name, what each requires.
 */
export const SOURCE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'akmod-nvidia': ['akmods'],
  akmods: ['rpm-build'],
  // rpmbuild itself is in the root filesystem, in Debian's package rpm.
  'rpm-build': [],
  'zfs-dkms': ['dkms'],
  'zfs-dracut': [],
};

/** The packages' files as part of a recipe. */
export async function recipeOfSources(): Promise<Recipe> {
  return { packages: SOURCE_PACKAGES, files: await recipeOfFiles(SOURCE_DIRECTORY) };
}

/** The packages; their files lie in {@link SOURCE_DIRECTORY}. */
export async function sourcePackages(knownDirectories: ReadonlySet<string>): Promise<RpmPackage[]> {
  return await Promise.all(
    Object.entries(SOURCE_PACKAGES).map(async ([name, requires]) => ({
      ...standInPackage(name, []),
      summary: `Immutablue lab stand-in for ${name}, which works in a small way`,
      requires,
      files: await listTree(join(SOURCE_DIRECTORY, name), knownDirectories),
    })),
  );
}
