import { join } from 'node:path';
import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import {
  checkedValue,
  createFamily,
  PLATFORMS,
  parseVariant,
  type Checked,
  type Variant,
  type VariantDefinition,
} from '@immutablue/variant';
import { placesOf } from './names';
import { type RequestedVariant } from './options';
import { type Workspace } from './workspace';

/**
 * The new variant as it will stand among the others: the family is checked as if it were there already.
 *
 * @param workspaceRoot absolute path of the workspace's folder.
 * @throws {DiagnosticError} with everything that speaks against it: an unknown parent, `apply` on a variant, a platform
 * that the parent does not have, words that are not build options.
 */
export function newVariant(requested: RequestedVariant, workspace: Workspace, workspaceRoot: string): Variant {
  const parent = workspace.definitions.find((definition) => definition.name.value === requested.from);
  if (parent !== undefined) throwIfAny(checkOptions(requested, parent));

  const file = join(workspaceRoot, placesOf(requested.name, workspace.variants).root, 'variant.yaml');
  // JSON is YAML: what was asked for goes through the very checks that the file will go through.
  const definition = checkedValue(
    withoutPlaces(parseVariant(file, JSON.stringify(contentFor(requested, parent))), file),
  );
  const family = checkedValue(withoutPlaces(createFamily([...workspace.definitions, definition]), file));
  return family.variant(definition.name.value);
}

/** What does not go with a parent that is a variant, in the words of the command line. */
function checkOptions({ name, apply, platforms }: RequestedVariant, parent: VariantDefinition): readonly Diagnostic[] {
  const parentName = parent.name.value;
  const covered: readonly string[] = parent.platforms.map((platform) => platform.value);
  const missing = platforms.filter((platform) => !covered.includes(platform));
  const faults: Diagnostic[] = [];
  if (apply.length > 0) {
    faults.push({
      code: 'family/invalid-apply',
      message: `\`${name}\` is from the variant \`${parentName}\` and cannot apply another`,
      hint: 'leave out --apply, or give an upstream image to --from',
    });
  }
  if (missing.length > 0) {
    faults.push({
      code: 'family/no-platform',
      message: `\`${name}\` is for ${missing.join(', ')}, and its parent \`${parentName}\` is not`,
      hint: `leave out --platforms: those of \`${parentName}\` are ${covered.join(', ')}`,
    });
  }
  return faults;
}

/** What variant.yaml will say. */
function contentFor(requested: RequestedVariant, parent: VariantDefinition | undefined) {
  const { name, description, from, apply, options, platforms } = requested;
  const parentPlatforms = parent?.platforms.map((platform) => platform.value) ?? PLATFORMS.slice(0, 1);
  return {
    name,
    description: description === '' ? `An image on top of ${from}` : description,
    from,
    apply,
    options: options.length === 0 ? [name] : options,
    platforms: platforms.length === 0 ? parentPlatforms : platforms,
  };
}

/** The file is not written yet: a place in it would be no help. */
function withoutPlaces<T>(checked: Checked<T>, file: string): Checked<T> {
  const diagnostics = checked.diagnostics.map(({ location, ...fault }) =>
    location === undefined || location.file === file ? fault : { ...fault, location },
  );
  return { ...checked, diagnostics };
}
