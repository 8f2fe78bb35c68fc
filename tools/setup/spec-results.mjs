/** What the specs of the workspace's code gave: each room's task leaves it in `dist/specs.json`, also when Nx replays the task. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './host.mjs';

/** Rooms that stand in no folder of rooms. */
const ROOMS_ALONE = ['testing', 'e2e'];

/** Removes what earlier runs left, so that whatever is there afterwards is of this one, executed or replayed. */
export function removeSpecResults() {
  for (const room of specFiles().keys()) rmSync(resultFile(room), { force: true });
}

/**
 * How many specs passed, failed and were skipped.
 *
 * @returns also the rooms that have more spec files than are accounted for.
 */
export function readSpecResults() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const incomplete = [];
  for (const [room, files] of specFiles()) {
    const report = readReport(resultFile(room));
    if (report === undefined || report.numTotalTestSuites !== files) incomplete.push(room);
    if (report === undefined) continue;
    for (const [key, value] of Object.entries(countsOf(report))) counts[key] += value;
  }
  return { counts, incomplete };
}

/** The counts in a report of Jest. A file that could not be run has failed. */
export function countsOf(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** How many spec files each room has, by git's list: `libs/oci`, `packages/base`, `testing`. */
function specFiles() {
  const { stdout, status } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.spec.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('git ls-files failed: is this a git work tree?');
  const found = new Map();
  for (const file of stdout.split('\n').filter((name) => name !== '' && existsSync(join(root, name)))) {
    const [first, second] = file.split('/');
    const room = ROOMS_ALONE.includes(first) ? first : `${first}/${second}`;
    found.set(room, (found.get(room) ?? 0) + 1);
  }
  return found;
}

function resultFile(room) {
  return join(root, room, 'dist', 'specs.json');
}

/** What Jest says with `--json`, unless its task has ended without it. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
