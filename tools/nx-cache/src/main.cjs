#!/usr/bin/env node
/** The command `immutablue-nx-cache`: of the compiled package, or of this workspace's sources, which are compiled when they have changed. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'main.ts');
const { main } = existsSync(source) ? require('../../workspace/load.cjs').load(source) : require('../dist/main');
void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
