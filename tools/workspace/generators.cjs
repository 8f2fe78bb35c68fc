/** Where Nx finds the sync generators of this workspace, as named in generators.json. */
const { join } = require('node:path');
const { load } = require('./load.cjs');

module.exports = load(join(__dirname, 'src', 'sync', 'generators.ts'));
