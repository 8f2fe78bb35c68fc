/** Where Nx finds the generators; see executors/entry.cjs. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'index.ts');
module.exports = existsSync(source)
  ? require('../../../workspace/load.cjs').load(source)
  : require('../../dist/generators');
