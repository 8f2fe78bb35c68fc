import { basename, dirname } from 'node:path';
import { type Checked } from '../checked';
import { quoted } from '../quoted';
import { readYaml } from '../yaml/read-yaml';
import { nodeAt } from '../yaml/source-node';

/**
 * What Nx calls a variant: the `nx.name` of its package.json, else its `name` with the scope, else the name of the folder. It must be
 * the variant's name, which is that of the folder, apart from a scope.
 *
 * @param file path of the package.json; the name of its folder must be the variant's name.
 * @param text the file's content. JSON that cannot be read is a matter of npm and Nx, which say what is wrong with it.
 */
export function readPackageName(file: string, text: string): Checked<string> {
  // JSON is YAML, in which each value has its place: https://yaml.org/spec/1.2.2/#12-overview
  const { root } = readYaml(file, text);
  const folder = basename(dirname(file));
  const name = root && (nodeAt(root, ['nx', 'name']) ?? nodeAt(root, ['name']));
  if (name?.kind !== 'scalar') return { value: folder, diagnostics: [] };
  const called = String(name.value);
  if (called.replace(/^@[^/]+\//, '') === folder) return { value: called, diagnostics: [] };
  return {
    diagnostics: [
      {
        code: 'yaml/wrong-value',
        message: `package.json has Nx call this variant ${quoted(called)}, and its folder is ${quoted(folder)}`,
        location: name.location,
        hint: `write \`"nx": {"name": "${folder}"}\`, and look at the \`name\` of the package too`,
      },
    ],
  };
}
