/** Where Nx finds the hashers; see executors/entry.cjs. What infers targets is not loaded for them: Nx's daemon may have done that. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'index.ts');
module.exports = existsSync(source) ? require('../../../workspace/load.cjs').load(source) : require('../../dist/tasks');
