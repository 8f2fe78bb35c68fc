/**
 * `npm run measure`: times `npm start` on a fresh clone and again, and the memory of its Node processes. Prints the tables
 * of docs/performance.md. The clone, its cache and its containers-storage are made for the measurement and removed after it,
 * so that nothing which this machine has already counts; Debian packages have to be installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { root, run } from './host.mjs';

const SAMPLE_MS = 250;

const work = mkdtempSync(join(tmpdir(), 'immutablue-measure-'));
const clone = join(work, 'clone');
const storage = join(work, 'storage.conf');
mkdirSync(join(work, 'store'));
writeFileSync(
  storage,
  `[storage]\ndriver = "overlay"\ngraphroot = "${work}/store/root"\nrunroot = "${work}/store/run"\n`,
);
const environment = {
  ...process.env,
  CONTAINERS_STORAGE_CONF: storage,
  IMMUTABLUE_CACHE_DIR: join(work, 'cache'),
};

try {
  // Not process.exit(), which would leave the store and its mounts behind.
  if (run('git', ['clone', '--quiet', root, clone]) !== 0) throw new Error('git clone failed');
  const first = await measure();
  const timings = stageTimings();
  const second = await measure();
  print(first, second, timings);
} finally {
  spawnSync('buildah', ['rm', '--all'], { env: environment });
  spawnSync('buildah', ['rmi', '--all', '--force'], { env: environment });
  for (const mount of mountsBelow(work).reverse()) spawnSync('umount', [mount]);
  rmSync(work, { recursive: true, force: true });
}

/** Runs `npm start` once. */
async function measure() {
  const started = performance.now();
  const child = spawn('npm', ['start'], { cwd: clone, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  const peak = { all: 0, one: 0 };
  const timer = setInterval(() => {
    const sizes = nodeProcesses(child.pid);
    peak.all = Math.max(
      peak.all,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    peak.one = Math.max(peak.one, ...sizes);
  }, SAMPLE_MS);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`npm start ended with ${code}`);
  return { seconds: (performance.now() - started) / 1000, peak };
}

/** The proportional set sizes, in MB, of the Node processes below a process: shared pages count once. npm itself is left out. */
function nodeProcesses(ancestor) {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return [{ pid: Number(pid), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command }];
      } catch (error) {
        // It ended while the list was read.
        if (['ENOENT', 'ESRCH'].includes(error.code)) return [];
        throw error;
      }
    });
  const below = new Set([ancestor]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes
    .filter(({ pid, command }) => below.has(pid) && /(^|\/)node$/.test(command[0]))
    .flatMap(({ pid }) => {
      try {
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        return [Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024];
      } catch (error) {
        if (['ENOENT', 'ESRCH'].includes(error.code)) return [];
        throw error;
      }
    });
}

function stageTimings() {
  return ['base', 'cyan'].map((variant) => ({
    variant,
    ...JSON.parse(readFileSync(join(clone, 'packages', variant, 'dist/timings.json'), 'utf8')),
  }));
}

function mountsBelow(directory) {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${directory}/`));
}

function print(first, second, timings) {
  const memory = ({ peak }) => `${Math.round(peak.all)} MB | ${Math.round(peak.one)} MB`;
  console.log(`
${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}

| run                            | time | memory of all Node processes | of the largest |
| ------------------------------ | ---- | ---------------------------- | -------------- |
| \`npm start\` in a fresh clone   | ${first.seconds.toFixed(1)} s | ${memory(first)} |
| \`npm start\` again              | ${second.seconds.toFixed(1)} s | ${memory(second)} |

| sub-stage | ${timings.map(({ variant }) => variant).join(' | ')} |
| --- | ${timings.map(() => '---').join(' | ')} |`);
  const [one] = timings;
  for (const { stage } of one.stages) {
    const cells = timings.map(({ stages }) => {
      const found = stages.find((entry) => entry.stage === stage);
      return found === undefined ? '' : `${(found.milliseconds / 1000).toFixed(1)} s`;
    });
    console.log(`| ${stage} | ${cells.join(' | ')} |`);
  }
  console.log(
    `| whole build | ${timings.map(({ milliseconds }) => `${(milliseconds / 1000).toFixed(1)} s`).join(' | ')} |`,
  );
}
