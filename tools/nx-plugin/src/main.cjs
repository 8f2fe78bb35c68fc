/** Where Nx finds the plugin in this workspace, and its hashers; see executors/entry.cjs. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'main.ts');
module.exports = existsSync(source) ? require('../../compiled/load.cjs').load(source) : require('../dist/main');
