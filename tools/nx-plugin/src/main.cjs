/** Where Nx finds the plugin: in the compiled package, or in this workspace's sources, which are compiled when they have changed. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'plugin.ts');
module.exports = existsSync(source) ? inWorkspace() : require('../dist/plugin');

/** Nx's daemon loads this file once, and is to infer targets as the sources say whenever it does. */
function inWorkspace() {
  const { load } = require('../../workspace/load.cjs');
  const plugin = load(source);
  const createNodesV2 = [plugin.createNodesV2[0], (...query) => load(source).createNodesV2[1](...query)];
  return { ...plugin, createNodes: createNodesV2, createNodesV2 };
}
