import { writeJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

/** A workspace with three variants, a library, changesets and a lock file, in memory. */
export function createWorkspace(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  writeJson(tree, 'nx.json', {
    plugins: [{ plugin: './tools/nx-plugin/src/main.cjs', options: { releases: ['44', '43'] } }],
  });
  writeJson(tree, 'package.json', { name: 'workspace', license: 'Apache-2.0', workspaces: ['libs/*', 'packages/*'] });
  writeJson(tree, 'package-lock.json', {
    name: 'workspace',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'workspace' }, 'node_modules/zod': { version: '4.6.7' }, 'packages/cyan': {} },
  });
  writeJson(tree, '.changeset/config.json', {});
  writeJson(tree, 'libs/oci/package.json', { name: '@immutablue/oci', nx: { name: 'oci' } });
  writeJson(tree, 'libs/plugin/package.json', { name: '@immutablue/nx', nx: { name: 'nx-plugin' } });
  writeJson(tree, 'libs/variant/schemas/variant.schema.json', {});
  addVariantFolder(tree, 'base', 'from: quay.io/fedora-ostree-desktops/silverblue\noptions: [gui]\nimage: immutablue');
  addVariantFolder(tree, 'cyan', 'from: base\noptions: [cyan]');
  addVariantFolder(tree, 'asahi', 'from: quay.io/asahi/silverblue\nplatforms: [linux/arm64]\nimage: immutablue-apple');
  return tree;
}

/** A variant as it could have been written by hand; `yaml` follows after its name. */
export function addVariantFolder(tree: Tree, name: string, yaml: string): void {
  tree.write(`packages/${name}/variant.yaml`, `name: ${name}\ndescription: An image\n${yaml}\n`);
  writeJson(tree, `packages/${name}/package.json`, { name: `@immutablue/${name}`, version: '0.3.1', nx: { name } });
}

/** The content of a file, for snapshots. */
export function textOf(tree: Tree, path: string): string {
  return tree.read(path, 'utf8') ?? `there is no ${path}`;
}
