/** `npm test`: the same set-up as `npm start`, then everything that is checked, the quick things first. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNxOrExit } from './failures.mjs';
import { nxEnvironment, prepare, root, run, runOrExit } from './host.mjs';

const { boot } = JSON.parse(readFileSync(join(root, 'tools/lab/host-packages.json'), 'utf8'));
prepare(['jq', 'python3-yaml', 'shellcheck', 'strace', ...boot]);

const bin = (name) => `node_modules/.bin/${name}`;
const nx = { env: nxEnvironment };

step('formatting', () => runOrExit(bin('prettier'), ['--check', '--log-level', 'warn', '.']));
step('types', () => runOrExit(bin('tsc'), ['--build']));
// ESLint's module boundaries need Nx's project graph, which Nx leaves in its cache.
step('project graph', () => runNxOrExit(['show', 'projects'], nx));
step('lint', () => runOrExit(bin('eslint'), ['.', '--max-warnings', '0']));
step('shell scripts', () => runOrExit('bash', ['tools/setup/shellcheck.sh']));
step('files of all variants', () => runNxOrExit(['run-many', '--targets', 'check', '--outputStyle=stream'], nx));
const totals = { passed: 0, failed: 0, skipped: 0 };
step('unit tests', () => jest('--ignoreProjects', 'e2e'));
step('lab', () => runNxOrExit(['run', 'lab:up', '--outputStyle=stream'], nx));
step('images of the family', testFamily);
step('end-to-end tests', () => jest('--selectProjects', 'e2e', '--runInBand'));
console.log(`\n${summary(totals)}`);

/** Builds all variants for this machine's architecture, checks what their scripts read, looks into their images, and boots them. */
function testFamily() {
  // systemd-nspawn needs root; the rest works without.
  const isRoot = process.getuid() === 0;
  if (!isRoot) console.log('Images are built and tested, and not booted: that needs root, `sudo npm test` does it');
  const targets = ['build', 'reads', 'test', ...(isRoot ? ['boot'] : [])].join();
  const family = ['base', 'cyan', 'kuberblue', 'nucleus', 'trueblue'].join();
  runNxOrExit(['run-many', '--targets', targets, '--projects', family, '--outputStyle=stream'], nx);
}

/** Runs Jest, and says how many tests there were in a line that does not depend on the runner. */
function jest(...selection) {
  const directory = mkdtempSync(join(tmpdir(), 'immutablue-test-'));
  const report = join(directory, 'report.json');
  try {
    const code = run(bin('jest'), ['--json', '--outputFile', report, '--testTimeout', '30000', ...selection], {
      // Jest tells on standard error how the tests went, on standard output only where the report is.
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    if (existsSync(report)) {
      const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
        readFileSync(report, 'utf8'),
      );
      const counts = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
      for (const key of Object.keys(totals)) totals[key] += counts[key];
      console.log(summary(counts));
    }
    if (code !== 0) process.exitCode = code;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (process.exitCode !== undefined) process.exit();
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function step(title, work) {
  const started = performance.now();
  console.log(`\n== ${title}`);
  work();
  console.log(`== ${title}: passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
