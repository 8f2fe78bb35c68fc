import { formatFiles, readNxJson, type Tree } from '@nx/devkit';
import { DiagnosticError } from '@immutablue/diagnostics';
import { checkedValue, createFamily } from '@immutablue/variant';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { CI_PROVIDERS } from '../../shared/ci-settings';
import { readPluginOptions, type PluginOptions } from '../../shared/settings';
import { readWorkspace } from '../variant/workspace';
import { createPipeline, type VariantsQuery } from './pipeline/create-pipeline';
import { renderPipeline } from './render/files';
import { HEADER } from './render/yaml';

/**
 * Brings the workflows up to date with the variants and nx.json, which has to name a provider; those of another provider that were
 * written before are removed.
 *
 * @returns the paths of the files that were not as they are to be.
 * @throws {DiagnosticError} `ci/file-exists` for a file that another program wrote; what is wrong with variants. Then nothing was written.
 */
export async function writeWorkflows(tree: Tree): Promise<readonly string[]> {
  const { ci, ...options } = readPluginOptions(readNxJson(tree) ?? {});
  if (ci === undefined) return [];
  const wanted = filesFor(tree, { ...options, ci });
  const others = CI_PROVIDERS.filter((provider) => provider !== ci.provider).flatMap((provider) => [
    ...filesFor(tree, { ...options, ci: { ...ci, provider } }).keys(),
  ]);
  const stale = [...wanted].filter(([path, text]) => !isSame(tree.read(path, 'utf8'), text));
  const foreign = stale.find(([path]) => tree.exists(path) && !isOurs(tree, path));
  if (foreign !== undefined) throw exists(foreign[0]);
  const superfluous = others.filter((path) => tree.exists(path) && isOurs(tree, path));
  for (const [path, text] of stale) tree.write(path, text);
  for (const path of superfluous) tree.delete(path);
  await formatFiles(tree);
  return [...stale.map(([path]) => path), ...superfluous];
}

function filesFor(
  tree: Tree,
  options: PluginOptions & { readonly ci: NonNullable<PluginOptions['ci']> },
): ReadonlyMap<string, string> {
  const defaultBranch = readNxJson(tree)?.defaultBase ?? 'main';
  return renderPipeline(createPipeline({ ...readVariants(tree), options, defaultBranch }));
}

/** The variants of a workspace, and what Nx calls them. */
export function readVariants(tree: Tree): Pick<VariantsQuery, 'family' | 'projectOf'> {
  const { variants, definitions, projects } = readWorkspace(tree);
  const names = new Map(projects.map(({ root, name }) => [root, name]));
  return {
    family: checkedValue(createFamily(definitions)),
    projectOf: (variant) => names.get(`${variants}/${variant}`) ?? variant,
  };
}

function isOurs(tree: Tree, path: string): boolean {
  return tree.read(path, 'utf8')?.startsWith(`#${HEADER}\n`) ?? false;
}

/** How a file is laid out is Prettier's matter. The comments are the versions of what is pinned, and change with it. */
function isSame(text: string | null, wanted: string): boolean {
  return text !== null && text.startsWith(`#${HEADER}\n`) && isDeepStrictEqual(parsed(text), parse(wanted));
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Error && error.name === 'YAMLParseError') return undefined;
    throw error;
  }
}

function exists(path: string): DiagnosticError {
  return new DiagnosticError({
    code: 'ci/file-exists',
    message: `there is a file \`${path}\` that this generator has not written`,
    hint: 'give it another name',
  });
}
