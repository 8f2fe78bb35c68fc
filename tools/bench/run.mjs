/** `npm run bench`: makes what is missing of the lab, then starts the benchmark from its sources. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nxEnvironment, prepare, root, run, runOrExit } from '../setup/host.mjs';

const bench = dirname(fileURLToPath(import.meta.url));
prepare();
runOrExit('node_modules/.bin/nx', ['run', 'lab:up', '--outputStyle=stream'], { env: nxEnvironment });
process.exitCode = run(
  process.execPath,
  ['--require', '@swc-node/register', join(bench, 'src', 'main.ts'), ...process.argv.slice(2)],
  { env: { ...process.env, SWC_NODE_PROJECT: join(root, 'tsconfig.base.json') } },
);
