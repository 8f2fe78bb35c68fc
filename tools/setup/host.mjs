/**
 * Prepares the machine: Debian packages and node_modules. Runs before anything is installed, so it is plain JavaScript on
 * what Node brings. Nothing is installed without being named first.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const OLDEST_NODE = [20, 19];

/** Ends the process with a message: what is wrong, and what to do. */
export function fail(message, hint, code = 3) {
  console.error(`\nerror: ${message}\n  hint: ${hint}\n`);
  process.exit(code);
}

/** The environment of Nx for these commands: plain output, and no daemon that outlives them. */
export const plainNxEnvironment = { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false' };

/**
 * The same, for tasks that wait for buildah. Small semi-spaces, and an allocator that gives memory back (mallopt(3)), keep
 * what Node processes hold to a third less, at no cost in time.
 */
export const nxEnvironment = {
  ...plainNxEnvironment,
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '65536',
  NODE_OPTIONS: [process.env.NODE_OPTIONS, '--max-semi-space-size=2'].filter(Boolean).join(' '),
};

/** Runs a program on this terminal and gives its exit code; 130 after a Ctrl-C. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error !== undefined)
    fail(`\`${program}\` could not be started: ${result.error.message}`, 'is it installed?');
  return result.status ?? 130;
}

/** Like {@link run}, and ends this process when the program fails. */
export function runOrExit(program, args, options = {}) {
  const code = run(program, args, options);
  if (code !== 0) process.exit(code);
}

/** Checks Node's version, then installs what is missing: Debian packages, then node_modules. */
export function prepare(extraPackages = []) {
  checkNode();
  installDebianPackages(extraPackages);
  installNodeModules();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Node ${process.versions.node} is too old`, `install Node ${OLDEST_NODE.join('.')} or later`);
}

function installDebianPackages(extraPackages) {
  const { base } = JSON.parse(readFileSync(join(root, 'tools/lab/host-packages.json'), 'utf8'));
  const wanted = [...base, ...extraPackages];
  if (spawnSync('dpkg-query', ['--version']).error !== undefined) {
    console.log('This is not a Debian system: make sure that buildah and skopeo are installed. The lab needs Debian.');
    return;
  }
  const query = spawnSync('dpkg-query', ['--show', '--showformat', '${db:Status-Abbrev}${Package}\n', ...wanted], {
    encoding: 'utf8',
  });
  const installed = new Set(
    query.stdout.split('\n').flatMap((line) => (line.startsWith('ii ') ? [line.slice(3)] : [])),
  );
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return;

  const command = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing];
  const isRoot = process.getuid() === 0;
  const canSudo = !isRoot && spawnSync('sudo', ['--non-interactive', 'true']).status === 0;
  const canAsk = !isRoot && process.stdin.isTTY && spawnSync('sudo', ['--version']).error === undefined;
  if (!isRoot && !canSudo && !canAsk) {
    fail(`these Debian packages are missing: ${missing.join(' ')}`, `as root: \`${command.join(' ')}\``);
  }
  console.log(`Installing Debian packages: ${missing.join(' ')}`);
  for (const step of [
    ['apt-get', 'update', '--quiet'],
    [...command, '--quiet'],
  ]) {
    const [program, args] = asRoot(step);
    const code = run(program, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (code !== 0)
      fail(`\`${step.slice(0, 2).join(' ')}\` failed`, 'see the lines above; the network may be the cause', code);
  }
}

/** A command as root: through sudo for an ordinary user. */
export function asRoot(argv) {
  const [program, ...args] = process.getuid() === 0 ? argv : ['sudo', ...argv];
  return [program, args];
}

function installNodeModules() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.immutablue-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const count = Object.keys(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages).length;
  console.log(`Installing node_modules: ${count} packages, exactly as in package-lock.json`);
  runOrExit('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, lock);
}
