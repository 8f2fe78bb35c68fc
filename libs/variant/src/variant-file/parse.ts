import { basename, dirname } from 'node:path';
import { type Diagnostic } from '@immutablue/diagnostics';
import type * as z from 'zod';
import { type Checked } from '../checked';
import { quoted } from '../quoted';
import { checkNode, inFileOrder } from '../yaml/issues';
import { readYaml } from '../yaml/read-yaml';
import { checkRepetitions } from '../yaml/repetitions';
import { locationAt, nodeAt, type SourceNode } from '../yaml/source-node';
import { type Located, type VariantDefinition } from './definition';
import { variantFileSchema } from './schema';

/**
 * Reads a variant.yaml. Everything that is wrong with it comes back at once, each with its place in the file.
 *
 * @param file the file's path; the name of its folder must be the variant's name.
 * @param text the file's content.
 */
export function parseVariant(file: string, text: string): Checked<VariantDefinition> {
  const { root, diagnostics: syntax } = readYaml(file, text);
  if (root === undefined) return { diagnostics: syntax.length > 0 ? syntax : [emptyFile(file)] };

  const { value, diagnostics } = checkNode(variantFileSchema, root);
  const all = inFileOrder([
    ...syntax,
    ...diagnostics,
    ...checkFolder(file, root),
    ...checkRepetitions(root, LISTS_WITHOUT_REPETITION),
  ]);
  if (value === undefined || all.length > 0) return { diagnostics: all };
  return { value: definitionOf(file, value, root), diagnostics: [] };
}

function definitionOf(file: string, value: z.output<typeof variantFileSchema>, root: SourceNode): VariantDefinition {
  const at = <T>(content: T, ...path: readonly PropertyKey[]): Located<T> => ({
    value: content,
    location: locationAt(root, path),
  });
  return {
    file,
    name: at(value.name, 'name'),
    description: value.description,
    from: at(value.from, 'from'),
    apply: (value.apply ?? []).map((name, index) => at(name, 'apply', index)),
    image: value.image === undefined ? at(`immutablue-${value.name}`, 'name') : at(value.image, 'image'),
    options: (value.options ?? []).map((option, index) => at(option, 'options', index)),
    platforms:
      value.platforms === undefined
        ? [at('linux/amd64', 'name')]
        : value.platforms.map((platform, index) => at(platform, 'platforms', index)),
    permissions: (value.permissions ?? []).map((permission, index) => ({
      path: permission.path,
      ...(permission.mode === undefined ? {} : { mode: Number.parseInt(permission.mode, 8) }),
      owner: permission.owner ?? 'root',
      group: permission.group ?? 'root',
      location: locationAt(root, ['permissions', index, 'path']),
    })),
    secrets: (value.secrets ?? []).map((name, index) => at(name, 'secrets', index)),
    allow: (value.allow ?? []).map((allowed, index) => ({
      check: allowed.check,
      ...(allowed.path === undefined ? {} : { path: allowed.path }),
      reason: allowed.reason,
      location: locationAt(root, ['allow', index, allowed.path === undefined ? 'check' : 'path']),
    })),
  };
}

function emptyFile(file: string): Diagnostic {
  return {
    code: 'yaml/missing-key',
    message: 'the file is empty',
    location: { file, line: 1, column: 1 },
    hint: 'a variant needs at least `name:`, `description:` and `from:`',
  };
}

function checkFolder(file: string, root: SourceNode): readonly Diagnostic[] {
  const name = nodeAt(root, ['name']);
  const folder = basename(dirname(file));
  if (name?.kind !== 'scalar' || typeof name.value !== 'string' || name.value === folder) return [];
  return [
    {
      code: 'yaml/wrong-value',
      message: `the variant ${quoted(name.value)} lies in the folder ${quoted(folder)}`,
      location: name.location,
      hint: 'the name and the folder have to be the same: change one of them',
    },
  ];
}

/** Lists in which a value makes sense once only, and the key that tells their items apart. */
const LISTS_WITHOUT_REPETITION = [['apply'], ['options'], ['platforms'], ['secrets'], ['permissions', 'path']] as const;
