import { type Diagnostic } from '@immutablue/diagnostics';
import { type Variant } from './family';
import { otherPlace } from '../other-place';
import { quoted } from '../quoted';
import { readYaml } from '../yaml/read-yaml';
import { entryOf, nodeAt, type SourceNode } from '../yaml/source-node';

/** A package.json: where it is, and what is in it. */
export interface PackageFile {
  readonly file: string;
  readonly text: string;
}

/**
 * `yaml/wrong-value` for each dependency of a variant's package on the package of a variant that its variant.yaml names no more: npm and
 * changesets would go on as if it stood there. Pure.
 *
 * @param packages the package.json of each variant that has one, by the variant's name.
 */
export function checkPackageDependencies(
  { name, from, applied, definition }: Variant,
  packages: ReadonlyMap<string, PackageFile>,
): Diagnostic[] {
  const manifests = new Map([...packages].map(([variant, { file, text }]) => [variant, readYaml(file, text).root]));
  const named = new Map([...manifests].map(([variant, root]) => [textAt(root, 'name'), variant]));
  const root = manifests.get(name);
  const dependencies = root && nodeAt(root, ['dependencies']);
  if (dependencies?.kind !== 'map') return [];
  const wanted: readonly string[] = [...(from.kind === 'variant' ? [from.name] : []), ...applied];
  const missing = wanted
    .map((variant) => textAt(manifests.get(variant), 'name'))
    .find((other) => other !== undefined && entryOf(dependencies, other) === undefined);
  return dependencies.entries.flatMap(({ key, keyLocation }): Diagnostic[] => {
    const variant = named.get(key);
    if (variant === undefined || wanted.includes(variant)) return [];
    return [
      {
        code: 'yaml/wrong-value',
        message: `package.json depends on ${quoted(key)}, and variant.yaml is from ${quoted(definition.from.value)}`,
        location: keyLocation,
        notes: [otherPlace('`from` is at', definition.from.location)],
        hint: missing === undefined ? 'take the dependency out' : `depend on ${quoted(missing)} in its stead`,
      },
    ];
  });
}

function textAt(root: SourceNode | undefined, key: string): string | undefined {
  const node = root && nodeAt(root, [key]);
  return node?.kind === 'scalar' ? String(node.value) : undefined;
}
