/** Where Nx finds the executors: in the compiled package, or in the sources, which are compiled when they have changed. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'index.ts');
const { executors } = existsSync(source)
  ? require('../../../workspace/load.cjs').load(source)
  : require('../../dist/executors');
module.exports = executors;
