/** Where Nx finds the plugin in this workspace; see executors/entry.cjs. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'plugin.ts');
module.exports = existsSync(source) ? inWorkspace() : require('../dist/plugin');

/** Nx's daemon loads this file once, and is to infer targets as the sources say whenever it does. */
function inWorkspace() {
  const { load, loadAgain } = require('../../compiled/load.cjs');
  const plugin = load(source);
  const [pattern, infer] = plugin.createNodesV2;
  let current = () => {
    current = () => loadAgain(source).createNodesV2[1];
    return infer;
  };
  const createNodesV2 = [pattern, (...query) => current()(...query)];
  return { ...plugin, createNodes: createNodesV2, createNodesV2 };
}
