import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError, hintForUnknownName, type Diagnostic } from '@immutablue/diagnostics';
import { type OverrideTree } from '../entry';
import { isSystemError } from '../host';
import { notAFolder } from './faults';

export interface TreeSelection {
  /** The plain tree, then the trees of the options in the order of the options: lowest precedence first. */
  readonly trees: readonly OverrideTree[];
  /** `override/unknown-option` for each tree of an option that no variant declares. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The override trees of a variant: `artifacts/overrides` first, then `artifacts/overrides_<option>` by name. Whatever
 * has such a name is one, also a file or a link: then `scanTree` says what is wrong with it.
 *
 * @throws {DiagnosticError} `override/unsupported-type` when `artifacts` is no directory, and `override/not-readable` when
 *   it cannot be listed.
 */
export async function findTrees(variantDirectory: string, variantName: string): Promise<readonly OverrideTree[]> {
  const artifacts = join(variantDirectory, 'artifacts');
  return (await namesIn(artifacts))
    .filter((name) => name === 'overrides' || name.startsWith('overrides_'))
    .sort()
    .map((name) => ({
      variant: variantName,
      ...(name === 'overrides' ? {} : { option: name.slice('overrides_'.length) }),
      directory: join(artifacts, name),
    }));
}

/** The trees that hold for an image with these build options. */
export function selectTrees(
  trees: readonly OverrideTree[],
  cumulativeOptions: readonly string[],
  knownOptions: readonly string[],
): TreeSelection {
  const plain = trees.filter((tree) => tree.option === undefined);
  const byOption = cumulativeOptions.flatMap((option) => trees.filter((tree) => tree.option === option));
  const diagnostics = trees.flatMap((tree) =>
    tree.option === undefined || knownOptions.includes(tree.option)
      ? []
      : [unknownOption(tree.option, tree.directory, knownOptions)],
  );
  return { trees: [...plain, ...byOption], diagnostics };
}

function unknownOption(option: string, directory: string, knownOptions: readonly string[]): Diagnostic {
  return {
    code: 'override/unknown-option',
    message: `\`overrides_${option}\` is for the build option \`${option}\`, which no variant has`,
    location: { file: directory, line: 1, column: 1 },
    hint: hintForUnknownName(option, knownOptions),
  };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const stats = await lstat(directory);
    if (!stats.isDirectory()) {
      throw new DiagnosticError(notAFolder({ what: '`artifacts`', source: directory }, stats));
    }
    return await readdir(directory);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // A variant needs no files of its own.
    if (error.code === 'ENOENT') return [];
    throw new DiagnosticError(
      {
        code: 'override/not-readable',
        message: `\`${directory}\` cannot be listed (${error.code})`,
        location: { file: directory, line: 1, column: 1 },
      },
      { cause: error },
    );
  }
}
