import { basename, dirname } from 'node:path';
import { type Diagnostic } from '@immutablue/diagnostics';
import { quoted } from '../quoted';
import { readYaml } from '../yaml/read-yaml';
import { nodeAt } from '../yaml/source-node';

/**
 * Checks what Nx calls a variant: by the `nx.name` of its package.json, else by its `name`, whatever variant.yaml says.
 *
 * @param file path of the package.json; the name of its folder must be the variant's name.
 * @param text the file's content. JSON that cannot be read is a matter of npm and Nx, which say what is wrong with it.
 */
export function checkPackageName(file: string, text: string): readonly Diagnostic[] {
  // JSON is YAML, in which each value has its place: https://yaml.org/spec/1.2.2/#12-overview
  const { root } = readYaml(file, text);
  const folder = basename(dirname(file));
  const name = root && (nodeAt(root, ['nx', 'name']) ?? nodeAt(root, ['name']));
  if (name?.kind !== 'scalar' || name.value === folder) return [];
  return [
    {
      code: 'yaml/wrong-value',
      message: `package.json has Nx call this variant ${quoted(String(name.value))}, and its folder is ${quoted(folder)}`,
      location: name.location,
      hint: `write \`"nx": {"name": "${folder}"}\`, and look at the \`name\` of the package too`,
    },
  ];
}
