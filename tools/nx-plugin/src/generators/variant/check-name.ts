import { quoteNames, visible, type Diagnostic } from '@immutablue/diagnostics';
import { isBuildOption, isVariantName, RESERVED_OPTIONS } from '@immutablue/variant';
import { imageNameOf, packageNameOf, placesOf } from './names';
import { type RequestedVariant } from './options';
import { type Workspace } from './workspace';

/** Folders of these names are left out by git, and so by Nx. */
const IGNORED_FOLDERS: readonly string[] = ['dist', 'tmp'];

/** Folder and file names end at 255 bytes, names of packages at 214: a name near to that is a mistake. */
const LONGEST_NAME = 64;

/**
 * What speaks against the name of a new variant: the first thing, or nothing.
 *
 * @param exists whether there is a file or folder at a path relative to the workspace's.
 */
export function checkName(
  { name, options }: RequestedVariant,
  workspace: Workspace,
  exists: (path: string) => boolean,
): Diagnostic | undefined {
  return checkForm(name) ?? checkReserved(name, options) ?? checkTaken(name, workspace, exists);
}

function checkForm(name: string): Diagnostic | undefined {
  if (!isVariantName(name)) {
    const near = kebabCase(name);
    return {
      code: 'generator/invalid-name',
      message: `\`${visible(name)}\` is not a name of a variant`,
      hint: `lowercase letters, digits and single hyphens, beginning with a letter${isVariantName(near) ? `, like \`${near}\`` : ''}`,
    };
  }
  if (name.length <= LONGEST_NAME) return undefined;
  return {
    code: 'generator/invalid-name',
    message: `the name has ${name.length} characters, and a variant's name has at most ${LONGEST_NAME}`,
    hint: 'choose a shorter one; the description has room for more',
  };
}

function checkReserved(name: string, options: readonly string[]): Diagnostic | undefined {
  if (IGNORED_FOLDERS.includes(name)) {
    return {
      code: 'generator/invalid-name',
      message: `\`${name}\` cannot be the name of a variant: git leaves out folders of that name`,
      hint: 'choose another name',
    };
  }
  if (options.length > 0 || isBuildOption(name)) return undefined;
  return {
    code: 'generator/invalid-name',
    message: `\`${name}\` cannot be a build option, which the name of a variant is too`,
    hint: `choose another name, or state build options with --options; ${quoteNames(RESERVED_OPTIONS)} have a meaning of their own in packages.yaml`,
  };
}

function checkTaken(name: string, workspace: Workspace, exists: (path: string) => boolean): Diagnostic | undefined {
  const variant = workspace.definitions.find((definition) => definition.name.value === name);
  if (variant !== undefined) return taken(`there is a variant \`${name}\` already`, variant.name.location);

  const project = workspace.projects.find((candidate) => candidate.name === name);
  if (project !== undefined) return taken(`there is an Nx project \`${name}\` already: ${project.root}`);

  const packageName = packageNameOf(name);
  const owner = workspace.projects.find((candidate) => candidate.package.name === packageName);
  if (owner !== undefined) return taken(`there is a package \`${packageName}\` already: ${owner.root}`);

  const image = imageNameOf(name);
  const builder = workspace.definitions.find((definition) => definition.image.value === image);
  if (builder !== undefined) {
    return taken(`the variant \`${builder.name.value}\` builds the image \`${image}\` already`, builder.image.location);
  }

  const place = Object.values(placesOf(name, workspace.variants)).find(exists);
  if (place === undefined) return undefined;
  return taken(`\`${place}\` exists already`, undefined, 'choose another name, or remove it if nothing needs it');
}

function taken(message: string, location?: Diagnostic['location'], hint = 'choose another name'): Diagnostic {
  return { code: 'generator/name-taken', message, ...(location === undefined ? {} : { location }), hint };
}

/** `TealBlue`, `teal_blue` and `téal blue` as `teal-blue`. */
function kebabCase(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '');
}
