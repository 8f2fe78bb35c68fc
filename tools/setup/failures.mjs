/**
 * Says at the end of a run of Nx why tasks failed: with several at a time, the reason is thousands of lines up. Nx leaves
 * which tasks it ran in `run.json` of its cache, and what each has printed in `terminalOutputs/`; both hold whether its
 * output goes to a terminal, a pipe or a CI system.
 */
import { readFileSync } from 'node:fs';
import { resolve, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, run } from './host.mjs';

/** How much is printed of all tasks together: what a terminal shows at once. */
const MOST_LINES = 32;
const FEWEST_LINES_OF_TASK = 8;
/** How much of a task that ended without a diagnostic. */
const LINES_WITHOUT_DIAGNOSTIC = 12;

/** Runs Nx on this terminal, and says why what failed. @returns the exit code. */
export function runNx(args, options) {
  const started = Date.now();
  const code = run('node_modules/.bin/nx', args, options);
  if (code !== 0) printFailures(started);
  return code;
}

/** Like {@link runNx}, and ends this process when something failed. */
export function runNxOrExit(args, options) {
  const code = runNx(args, options);
  if (code !== 0) process.exit(code);
}

/**
 * Prints the diagnostics of the tasks that failed in the run of Nx since `started` (milliseconds). Prints nothing when Nx
 * ran no task: then its own message is the last one already.
 */
export function printFailures(started) {
  const cache = resolve(root, process.env.NX_CACHE_DIRECTORY ?? '.nx/cache');
  const record = parse(readIfThere(join(cache, 'run.json')));
  if (record === undefined || Date.parse(record.run.startTime) < started) return;
  const failed = record.tasks
    .filter(({ status }) => status !== 0)
    .flatMap(({ taskId, hash }) => {
      const output = readIfThere(join(cache, 'terminalOutputs', hash));
      // A task that was not run, because one that it needs failed, has printed nothing.
      return output === undefined || output.trim() === '' ? [] : [{ taskId, output }];
    });
  for (const line of summaryOf(failed)) console.error(line);
}

/** What is printed of failed tasks: each with its diagnostics, or with its last lines when it has given none. Pure. */
export function summaryOf(failed) {
  if (failed.length === 0) return [];
  const share = Math.max(FEWEST_LINES_OF_TASK, Math.floor(MOST_LINES / failed.length) - 2);
  return [
    '',
    `Why ${failed.length === 1 ? 'a task' : `${failed.length} tasks`} failed:`,
    ...failed.flatMap(({ taskId, output }) => ['', `> nx run ${taskId}`, ...shorten(reasonOf(output), share)]),
  ];
}

function reasonOf(output) {
  const lines = stripVTControlCharacters(output).trimEnd().split(/\r?\n/);
  const first = lines.findIndex((line) => /^\s*error\[[\w/-]+\]: /.test(line));
  return first === -1 ? lines.slice(-LINES_WITHOUT_DIAGNOSTIC) : lines.slice(first);
}

/** Keeps the beginning, which says what is wrong and where, and the end, which has the hint. */
function shorten(lines, most) {
  if (lines.length <= most) return lines;
  const tail = Math.floor((most - 1) / 2);
  return [
    ...lines.slice(0, most - 1 - tail),
    `  … ${lines.length - most + 1} lines are left out here`,
    ...lines.slice(-tail),
  ];
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Nx's record, unless it is not one: this must not hide the failure that it is to explain. */
function parse(text) {
  try {
    const record = JSON.parse(text ?? '');
    return Array.isArray(record.tasks) && typeof record.run?.startTime === 'string' ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
