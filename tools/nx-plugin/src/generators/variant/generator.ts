import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { print, renderTable, type Column } from '@immutablue/diagnostics';
import { shownByNx } from '../shown-by-nx';
import { addVariant, type AddedVariant } from './add-variant';
import { type VariantGeneratorOptions } from './options';

/**
 * The generator `nx g @immutablue/nx:variant`.
 *
 * @returns what Nx calls when the files are written: it says what to do next.
 */
export default async function variantGenerator(
  tree: Tree,
  options: VariantGeneratorOptions,
): Promise<GeneratorCallback> {
  try {
    const added = await addVariant(tree, options);
    return () => {
      print(nextSteps(added));
    };
  } catch (error) {
    throw shownByNx(error, tree.root);
  }
}

const COLUMN: Column = { title: '', align: 'left' };

function nextSteps({ variant, root, lockFile }: AddedVariant): string {
  const { name } = variant;
  const steps = [
    [`edit ${root}/packages.yaml`, 'packages and services; the examples in it are commented out'],
    [`put files below ${root}/artifacts/overrides`, 'as they are to be in the root filesystem'],
    [`npx nx run ${name}:plan`, 'how it is built'],
    [`npx nx build ${name}`, 'build it, its parents first'],
    ...(lockFile === 'complete'
      ? []
      : [['install with your package manager', 'its lock file does not know the package yet'] as const]),
  ] as const;
  const lines = renderTable([COLUMN, COLUMN], steps);
  return ['', `${name} builds as it is. Next:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
