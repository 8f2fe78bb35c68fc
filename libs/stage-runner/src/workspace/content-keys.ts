import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '@immutablue/oci';
import { withoutComments, sha256 } from '@immutablue/plan';
import { digestFolder } from './digest-folder';
/** How a script names the folder of its variant, which it sees as a mount. */
const NAMES_CONTEXT = /IMMUTABLUE_CONTEXT|\/run\/immutablue\/context|BASH_SOURCE|\$0|\$\{0/;

/** What of a variant's folder an image is made from; the rest, like `dist`, changes with every build. */
const CONTEXT = ['variant.yaml', 'packages.yaml', 'artifacts', 'build', 'deps'] as const;

/** What counts of a script: its own text, that of the helpers beside it, and the folder of its variant if it looks there. */
export async function scriptKey(text: string, variantDirectory: string): Promise<string> {
  const helpers = (await readIfThere(join(variantDirectory, 'build', '99-common.sh'))) ?? '';
  const texts = [text, helpers].map(withoutComments);
  const looksThere = texts.some((one) => NAMES_CONTEXT.test(one));
  const context = looksThere
    ? await Promise.all(CONTEXT.map((name) => digestFolder(join(variantDirectory, name))))
    : [];
  return sha256(JSON.stringify([...texts, ...context]));
}

/** What counts of a dep-builder's folder: all of it, without the comments of its Containerfile. */
export async function dependenciesKey(context: string, containerfile: string): Promise<string> {
  const names = (await readdir(context)).filter((name) => name !== 'Containerfile').sort();
  const files = await Promise.all(names.map(async (name) => [name, await digestFolder(join(context, name))]));
  // In a Containerfile a `#` at the beginning of a line is a comment, even in the middle of an instruction.
  const lines = containerfile.split('\n').filter((line) => !/^\s*#/.test(line));
  return sha256(JSON.stringify([lines, ...files]));
}
