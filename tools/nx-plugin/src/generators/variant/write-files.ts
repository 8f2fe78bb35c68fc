import { dirname, join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  joinPathFragments,
  offsetFromRoot,
  readJson,
  writeJson,
  type Tree,
} from '@nx/devkit';
import { PLATFORMS, type Variant } from '@immutablue/variant';
import { packageNameOf, placesOf } from './names';
import { withPackage, type Manifest } from './package-lock';
import { type Workspace } from './workspace';
import { yamlScalar } from './yaml-scalar';

/** The version with which a variant begins. */
const FIRST_VERSION = '0.1.0';

/** Beside the sources: of a package that is compiled, too. */
const TEMPLATES = join(dirname(require.resolve('@immutablue/nx/package.json')), 'src/generators/variant/files');

const LOCK_FILE = 'package-lock.json';

/** What was left for the user to do. */
export interface Written {
  /** The variant's folder, relative to the workspace's. */
  readonly root: string;
  /** `unknown-format`: there is no lock file that the generator can complete. */
  readonly lockFile: 'complete' | 'unknown-format';
}

/** Writes the files of a new variant to the tree. */
export async function writeFiles(tree: Tree, variant: Variant, workspace: Workspace): Promise<Written> {
  const { root } = placesOf(variant.name, workspace.variants);
  generateFiles(tree, join(TEMPLATES, 'package'), root, substitutions(tree, variant, workspace, root));
  const manifest = manifestOf(variant, workspace);
  writeJson(tree, joinPathFragments(root, 'package.json'), manifest);
  // Without its configuration no tool would consume the changeset.
  if (tree.exists('.changeset/config.json')) {
    const { name, description } = variant;
    generateFiles(tree, join(TEMPLATES, 'changeset'), '.changeset', {
      name,
      description,
      package: manifest.name,
    });
  }
  await formatFiles(tree);

  // After formatting: npm and prettier do not agree on how this file looks.
  const completed = tree.exists(LOCK_FILE) ? withPackage(readJson(tree, LOCK_FILE), root, manifest) : undefined;
  if (completed === undefined) return { root, lockFile: 'unknown-format' };
  writeJson(tree, LOCK_FILE, completed);
  return { root, lockFile: 'complete' };
}

function manifestOf(variant: Variant, workspace: Workspace): Manifest & Record<string, unknown> {
  const { license } = workspace.package;
  const parent = parentPackageOf(variant, workspace);
  return {
    name: packageNameOf(variant.name),
    version: FIRST_VERSION,
    private: true,
    description: variant.description,
    ...(license === undefined ? {} : { license }),
    // Exact: a new version of the parent is a new version of the variant.
    ...(parent === undefined ? {} : { dependencies: { [parent.name]: parent.version } }),
    nx: { name: variant.name, tags: ['type:image'] },
  };
}

function parentPackageOf(variant: Variant, workspace: Workspace): { name: string; version: string } | undefined {
  if (variant.from.kind === 'upstream') return undefined;
  const { root } = placesOf(variant.from.name, workspace.variants);
  const project = workspace.projects.find((candidate) => candidate.root === root);
  const { name, version } = project?.package ?? {};
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** What the templates ask for. */
function substitutions(tree: Tree, variant: Variant, workspace: Workspace, root: string) {
  const { from, name, description } = variant;
  const own = variant.definition.options.map((option) => option.value);
  const isDefaultPlatform = variant.platforms.length === 1 && variant.platforms[0] === PLATFORMS[0];
  return {
    name,
    description,
    image: variant.imageName,
    parent: from.kind === 'variant' ? from.name : `\`${from.reference}\``,
    parentLink:
      from.kind === 'variant' ? `[${from.name}](../${from.name})` : `the upstream image \`${from.reference}\``,
    schemas: `${offsetFromRoot(root)}${schemasDirectory(tree)}`,
    documentation: tree.exists('docs/packages-yaml.md') ? `${offsetFromRoot(root)}docs` : '',
    release: workspace.releases[0],
    exampleOption: variant.options[0] ?? name,
    applied: variant.applied,
    yaml: {
      name: yamlScalar(name),
      description: yamlScalar(description),
      from: yamlScalar(variant.definition.from.value),
      apply: variant.applied.map(yamlScalar).join(', '),
      options: own.map(yamlScalar).join(', '),
      platforms: isDefaultPlatform ? '' : variant.platforms.join(', '),
    },
  };
}

/** Where editors find the schemas: in the sources of this workspace, elsewhere in the package. */
function schemasDirectory(tree: Tree): string {
  const sources = 'libs/variant/schemas';
  return tree.exists(sources) ? sources : 'node_modules/@immutablue/variant/schemas';
}
