/** Where Nx finds the plugin that infers targets for the code of this workspace; see load.cjs. */
const { join } = require('node:path');
const { load } = require('./load.cjs');

const source = join(__dirname, 'src', 'inference', 'plugin.ts');
const [pattern] = load(source).createNodesV2;
/** Nx's daemon loads this file once, and is to infer targets as the sources say whenever it does. */
const createNodesV2 = [pattern, (...query) => load(source).createNodesV2[1](...query)];

module.exports = { name: 'workspace', createNodes: createNodesV2, createNodesV2 };
