/** `npm start`: installs what is missing, brings the lab up, builds cyan on base, and shows the family. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printFailures } from './failures.mjs';
import { fail, nxEnvironment, prepare, root } from './host.mjs';

const VARIANT = 'cyan';

prepare();
const started = Date.now();
const code = await build();
if (code !== 0) {
  printFailures(started);
  process.exit(code);
}
showFamily();

/** Builds through Nx, on this terminal. */
function build() {
  console.log(`Building ${VARIANT} and what it stands on: npx nx build ${VARIANT}`);
  return new Promise((resolve) => {
    const nx = spawn(join(root, 'node_modules/.bin/nx'), ['build', VARIANT, '--outputStyle=stream-without-prefixes'], {
      cwd: root,
      stdio: 'inherit',
      env: nxEnvironment,
    });
    process.on('SIGINT', () => {
      // Nx passes a Ctrl-C on to its tasks, which clean up: this process has to outlive them.
    });
    nx.on('error', (error) => fail(`Nx could not be started: ${error.message}`, 'remove node_modules and try again'));
    nx.on('close', (status) => resolve(status ?? 130));
  });
}

function showFamily() {
  const sizes = imageSizes();
  const rows = readdirSync(join(root, 'packages'))
    .sort()
    .filter((name) => existsSync(join(root, 'packages', name, 'variant.yaml')))
    .map((name) => {
      const image = readJson(join(root, 'packages', name, 'dist/image.json'));
      const timings = readJson(join(root, 'packages', name, 'dist/timings.json'));
      if (image === undefined) return [name, 'not built', '', ''];
      const time = timings === undefined ? '' : `${(timings.milliseconds / 1000).toFixed(1)} s`;
      return [name, image.reference, sizes.get(image.imageId) ?? 'gone', time];
    });
  console.log('\nThe family:');
  printTable([['VARIANT', 'IMAGE', 'SIZE', 'BUILT IN'], ...rows]);
  console.log('\nNext:');
  printTable([
    [`npx nx shell ${VARIANT}`, 'a shell in the image'],
    [`npx nx test ${VARIANT}`, 'look into the image'],
    [`npx nx run ${VARIANT}:plan`, 'every command, file and script of its build'],
    ['npx nx graph', 'the family as a picture'],
  ]);
  console.log(`  npx nx g @immutablue/nx:variant teal --from ${VARIANT}\n${' '.repeat(25)}a variant of your own\n`);
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function imageSizes() {
  const { stdout } = spawnSync('buildah', ['images', '--no-trunc', '--noheading', '--format', '{{.ID}} {{.Size}}'], {
    encoding: 'utf8',
  });
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [id = '', ...size] = line.split(' ');
      return id === '' ? [] : [[id.replace('sha256:', ''), size.join(' ').trim()]];
    }),
  );
}

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}`,
    );
}
