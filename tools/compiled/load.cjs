/**
 * Loads TypeScript of this workspace as one compiled file, which is kept for as long as nothing that it was made from has
 * changed. Nx's own way compiles each file in each process: that is most of what a task costs that has nothing to do.
 */
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { wrap } = require('node:module');
const { dirname, join, relative } = require('node:path');
const { runWithCodeCache } = require('./code-cache.cjs');

const ROOT = dirname(dirname(__dirname));
/** Where such things are kept, and what hooks of Nx for TypeScript pass by. */
const DIRECTORY = join(ROOT, 'node_modules', '.cache', 'immutablue');

/** What decides how imports are found, besides the files themselves. */
const SETTINGS = ['package.json', 'tsconfig.base.json', 'node_modules/.package-lock.json', relative(ROOT, __filename)];

/** Modules that Nx loads in one process are compiled into one file, so that it has what they share only once. */
const TOGETHER = [
  'tools/nx-plugin/src/plugin.ts',
  'tools/nx-plugin/src/tasks/index.ts',
  'tools/lab/src/hashers/index.ts',
];

/** What this process has loaded, by name: from which file, and what that exports. */
const loaded = new Map();

/** What a module of this workspace exports. */
function load(source) {
  const { path, name, sources } = placeOf(source);
  if (!loaded.has(name)) loadFile(name, currentFile(name) ?? compile(sources, name));
  return loaded.get(name).modules[path]();
}

/** Like {@link load}, as the sources are now: for a process that goes on while they are edited. */
function loadAgain(source) {
  const { name, sources } = placeOf(source);
  const file = currentFile(name) ?? compile(sources, name);
  if (file !== loaded.get(name)?.file) loadFile(name, file);
  return load(source);
}

function loadFile(name, file) {
  loaded.set(name, { file, modules: runWithCodeCache(file) });
}

function placeOf(source) {
  const path = relative(ROOT, source);
  const sources = TOGETHER.includes(path) ? TOGETHER : [path];
  return { path, sources, name: sources[0].replaceAll(/[\\/]/g, '-') };
}

/** The compiled file, unless something that it was made from has changed. */
function currentFile(name) {
  let record;
  try {
    record = JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  const isCurrent = Object.entries(record.inputs).every(([path, mark]) => mark === markOf(path));
  const file = join(DIRECTORY, record.file);
  return isCurrent && existsSync(file) ? file : undefined;
}

/** Tells a version of a file from any other: its change time is set by the system alone. */
function markOf(path) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return stat && [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
}

function compile(sources, name) {
  const started = Date.now();
  const { buildSync } = require('esbuild');
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: ROOT,
    stdin: { contents: sources.map(exportOf).join('\n'), resolveDir: ROOT, sourcefile: 'compiled.cjs' },
    outfile: join(DIRECTORY, `${name}.cjs`),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['@immutablue/source'],
    tsconfig: join(ROOT, 'tsconfig.base.json'),
    // What is loaded when it is needed is not compiled for import() to find: a script of vm has none.
    supported: { 'dynamic-import': false },
    // Nx has state of its own.
    external: ['@nx/devkit', 'nx'],
    // Comments are half of it, and with them goes all that is not ASCII: see code-cache.cjs.
    minifyWhitespace: true,
    charset: 'ascii',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(DIRECTORY, { recursive: true });
  forgetOld(name, started);
  const file = `${name}-${started.toString(36)}-${process.pid}.cjs`;
  // Wrapped here: a megabyte of text is not put together anew in each process.
  writeFileSync(join(DIRECTORY, file), wrap(outputFiles[0].text));
  const inputs = [...Object.keys(metafile.inputs).filter(isSource), ...SETTINGS];
  // An edit made meanwhile may or may not be part of it.
  if (inputs.every((path) => isOlder(path, started))) {
    const record = JSON.stringify({ file, inputs: Object.fromEntries(inputs.map((path) => [path, markOf(path)])) });
    writeFileSync(join(DIRECTORY, `${file}.json`), record);
    renameSync(join(DIRECTORY, `${file}.json`), join(DIRECTORY, `${name}.json`));
  }
  return join(DIRECTORY, file);
}

/** Of what npm installs, hundreds of files, npm's own list speaks: see SETTINGS. */
function isSource(path) {
  return path !== 'compiled.cjs' && !path.split('/').includes('node_modules');
}

/** A module is evaluated when it is asked for. */
function exportOf(source) {
  return `exports[${JSON.stringify(source)}] = () => require(${JSON.stringify(`./${source}`)});`;
}

/** The clock of a file system may be a little behind, in milliseconds. */
const CLOCK_LAG = 50;

function isOlder(path, time) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return stat !== undefined && stat.ctimeMs < time - CLOCK_LAG;
}

const DAY = 24 * 60 * 60 * 1000;

/** Removes what was compiled for earlier sources, but not what a process that runs may be about to load. */
function forgetOld(name, now) {
  for (const file of readdirSync(DIRECTORY)) {
    const isOurs = file.startsWith(`${name}-`);
    if (isOurs && isOlder(join(relative(ROOT, DIRECTORY), file), now - DAY))
      rmSync(join(DIRECTORY, file), { force: true });
  }
}

module.exports = { load, loadAgain };
