/** `npm test`: the same set-up as `npm start`, then everything that is checked, the quick things first. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNx, runNxOrExit } from './failures.mjs';
import { nxEnvironment, plainNxEnvironment, prepare, root, run, runOrExit } from './host.mjs';
import { countsOf, readSpecResults, removeSpecResults } from './spec-results.mjs';

const { boot, vm } = JSON.parse(readFileSync(join(root, 'tools/lab/host-packages.json'), 'utf8'));
prepare(['jq', 'python3-yaml', 'shellcheck', 'strace', 'tmux', ...boot, ...vm]);

const bin = (name) => `node_modules/.bin/${name}`;
const nx = { env: nxEnvironment };
/** Of its own: Prettier removes the usual one whenever it runs without. */
const FORMATTING_CACHE = ['--cache', '--cache-location', 'node_modules/.cache/immutablue/formatting'];
const totals = { passed: 0, failed: 0, skipped: 0 };

step('formatting', () => runOrExit(bin('prettier'), ['--check', ...FORMATTING_CACHE, '--log-level', 'warn', '.']));
step('shell scripts', () => runOrExit('bash', ['tools/setup/shellcheck.sh']));
step('generated files', () => runNxOrExit(['sync:check'], nx));
step('code', checkCode);
step('files of all variants', () => runNxOrExit(['run-many', '--targets', 'check', '--outputStyle=stream'], nx));
step('lab', () => runNxOrExit(['run', 'lab:up', '--outputStyle=stream'], nx));
step('images of the family', testFamily);
step('end-to-end tests', testEndToEnd);
console.log(`\n${summary(totals)}`);

/** Lint, types and specs of each room, and of the tests of each variant; Nx replays what has not changed since it passed. */
function checkCode() {
  removeSpecResults();
  const codes = [
    ['lint,typecheck,test', 'tag:type:code'],
    ['lint,typecheck,specs', 'tag:type:image'],
  ].map(([targets, projects]) =>
    runNx(['run-many', '--targets', targets, '--projects', projects, '--outputStyle=static'], {
      env: plainNxEnvironment,
    }),
  );
  const { counts, incomplete } = readSpecResults();
  const failure = codes.find((code) => code !== 0);
  if (failure === undefined && incomplete.length > 0) {
    console.error(`error: not all spec files were run: ${incomplete.join(', ')}`);
  }
  count(counts, failure ?? (incomplete.length === 0 ? 0 : 1));
}

/** Builds all variants for this machine's architecture, checks what their scripts read, looks into their images, and boots them. */
function testFamily() {
  // systemd-nspawn needs root; the rest works without.
  const isRoot = process.getuid() === 0;
  if (!isRoot) console.log('Images are built and tested, and not booted: that needs root, `sudo npm test` does it');
  const targets = ['build', 'reads', 'test', ...(isRoot ? ['boot'] : [])].join();
  const family = ['base', 'cyan', 'kuberblue', 'nucleus', 'trueblue'].join();
  runNxOrExit(['run-many', '--targets', targets, '--projects', family, '--outputStyle=stream'], nx);
}

function testEndToEnd() {
  const directory = mkdtempSync(join(tmpdir(), 'immutablue-test-'));
  const report = join(directory, 'report.json');
  let [counts, code] = [{}, 1];
  try {
    const selection = ['--selectProjects', 'e2e', '--maxWorkers', '3', '--testTimeout', '30000'];
    code = run(bin('jest'), ['--json', '--outputFile', report, ...selection], {
      // Jest tells on standard error how the tests went, on standard output only where the report is.
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    if (existsSync(report)) counts = countsOf(JSON.parse(readFileSync(report, 'utf8')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  count(counts, code);
}

/** Adds to the totals, and ends this process when tests failed. Says how many there were in a line that depends on no runner. */
function count(counts, code) {
  for (const [key, value] of Object.entries(counts)) totals[key] += value;
  if (code === 0) {
    console.log(summary({ passed: 0, failed: 0, skipped: 0, ...counts }));
    return;
  }
  console.log(`\n${summary(totals)}`);
  process.exit(code);
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
