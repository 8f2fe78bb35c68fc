/** `npm run bench`: starts the benchmark from its sources, as Nx starts the executors. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = dirname(fileURLToPath(import.meta.url));
const root = join(bench, '..', '..');
const { status } = spawnSync(
  process.execPath,
  ['--require', '@swc-node/register', join(bench, 'src', 'main.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SWC_NODE_PROJECT: join(root, 'tsconfig.base.json') } },
);
process.exitCode = status ?? 1;
