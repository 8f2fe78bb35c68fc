/** `npm test`: the same set-up as `npm start`, then everything that is checked, the quick things first. */
import { prepare, runOrExit } from './host.mjs';

prepare(['shellcheck']);

const bin = (name) => `node_modules/.bin/${name}`;
const nx = { env: { ...process.env, NX_TUI: 'false' } };

step('formatting', () => runOrExit(bin('prettier'), ['--check', '--log-level', 'warn', '.']));
step('types', () => runOrExit(bin('tsc'), ['--build']));
// ESLint's module boundaries need Nx's project graph, which Nx leaves in its cache.
step('project graph', () => runOrExit(bin('nx'), ['show', 'projects'], nx));
step('lint', () => runOrExit(bin('eslint'), ['.', '--max-warnings', '0']));
step('shell scripts', () => runOrExit('bash', ['tools/setup/shellcheck.sh']));
step('files of all variants', () =>
  runOrExit(bin('nx'), ['run-many', '--targets', 'check', '--outputStyle=stream'], nx),
);
step('unit tests', () =>
  runOrExit(bin('jest'), [
    '--selectProjects',
    'diagnostics',
    'variant',
    'overrides',
    'oci',
    'stage-runner',
    'nx-plugin',
    'lab',
  ]),
);
step('lab', () => runOrExit(bin('nx'), ['run', 'lab:up', '--outputStyle=stream'], nx));
step('end-to-end tests', () => runOrExit(bin('jest'), ['--selectProjects', 'e2e', '--runInBand']));

function step(title, work) {
  const started = performance.now();
  console.log(`\n== ${title}`);
  work();
  console.log(`== ${title}: passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
