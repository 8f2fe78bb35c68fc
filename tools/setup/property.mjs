/**
 * `npm run test:property -- --edits 200 --seed 7`: makes that many random edits of a scratch family and compares, after each,
 * what an incremental build gives with what a build from nothing does. `npm test` makes 30. Without a seed another one is
 * taken each time; it is printed, and gives the same edits again.
 */
import { parseArgs } from 'node:util';
import { nxEnvironment, run, runOrExit } from './host.mjs';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) {
    console.error(`--${name} is a whole number, not ${value}`);
    process.exit(2);
  }
}

runOrExit('node_modules/.bin/nx', ['run', 'lab:up', '--outputStyle=stream'], { env: nxEnvironment });
console.log(`${values.edits} edits, seed ${values.seed}`);
process.exitCode = run(
  'node_modules/.bin/jest',
  ['--selectProjects', 'e2e', '--runInBand', 'rebuilds', '--testNamePattern', 'edits'],
  {
    env: {
      ...process.env,
      IMMUTABLUE_PROPERTY_EDITS: values.edits,
      IMMUTABLUE_PROPERTY_SEED: values.seed,
      IMMUTABLUE_PROPERTY_VERBOSE: '1',
    },
  },
);
