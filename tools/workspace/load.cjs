/**
 * Compiles TypeScript of this workspace into one file, and does so again when its sources have changed. Nx's own way compiles
 * each file in each process: more than half a second for a task that has nothing to do.
 *
 * The first line of a compiled file, a comment, says which versions of which files it was made from, and what its text has to
 * be. Whatever does not fit that counts as not compiled yet.
 */
const { createHash } = require('node:crypto');
const { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { statSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, relative } = require('node:path');

const ROOT = dirname(dirname(__dirname));
/** Nx's compilers of TypeScript pass by what is below node_modules. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'immutablue');

/** What decides how imports are found, besides the files themselves. */
const SETTINGS = ['package.json', 'tsconfig.base.json', 'node_modules/.package-lock.json', relative(ROOT, __filename)];

/** What Nx loads is compiled into one file, which has what these modules share only once. */
const OF_NX = [
  'tools/nx-plugin/src/plugin.ts',
  'tools/nx-plugin/src/executors/index.ts',
  'tools/nx-plugin/src/tasks/index.ts',
  'tools/lab/src/executors/index.ts',
  'tools/lab/src/hashers/index.ts',
  'tools/workspace/src/inference/plugin.ts',
  'tools/workspace/src/sync/generators.ts',
];

/** The text that this process has evaluated, by compiled file: Nx's daemon outlives edits of sources. */
const evaluated = new Map();

/** What a module of this workspace exports, as its sources are now. */
function load(source) {
  const path = relative(ROOT, source);
  const sources = OF_NX.includes(path) ? OF_NX : [path];
  const file = join(COMPILED, `${sources[0].replaceAll(/[\\/]/g, '-')}.cjs`);
  const digest = digestIfCurrent(file) ?? digestIfCurrentInMemory(file) ?? compile(sources, file);
  if (evaluated.has(file) && evaluated.get(file) !== digest) Reflect.deleteProperty(require.cache, file);
  evaluated.set(file, digest);
  const memory = unwritten.get(file);
  return (memory === undefined ? require(file) : exportsOf(memory, file))[path]();
}

/** What could not be written, by compiled file: `record` is what its first line would be. */
const unwritten = new Map();

/** A workspace may be read-only, or its disk full: that is no reason not to look at it. */
const NOT_WRITABLE = ['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'ENOENT'];

function digestIfCurrentInMemory(file) {
  const record = unwritten.get(file)?.record;
  return record !== undefined && isCurrent(record) ? record.digest : undefined;
}

/** Evaluates what is only in memory, once, as `require` does it with a file. */
function exportsOf(memory, file) {
  if (memory.evaluated === undefined) {
    memory.evaluated = new Module(file, module);
    memory.evaluated.filename = file;
    memory.evaluated.paths = Module._nodeModulePaths(dirname(file));
    memory.evaluated._compile(memory.text, file);
  }
  return memory.evaluated.exports;
}

/** The digest of a compiled file's text, or undefined unless it is whole and made from the sources as they are. */
function digestIfCurrent(file) {
  const content = readIfThere(file);
  const end = content?.indexOf('\n') ?? -1;
  if (end === -1) return undefined;
  const record = parseRecord(content.toString('utf8', 0, end));
  if (record === undefined || record.digest !== digestOf(content.subarray(end + 1))) return undefined;
  return isCurrent(record) ? record.digest : undefined;
}

function isCurrent({ inputs }) {
  return Object.entries(inputs).every(([path, version]) => version === versionOf(path));
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseRecord(line) {
  try {
    const record = JSON.parse(line.replace(/^\/\/ /, ''));
    return typeof record?.inputs === 'object' && record.inputs !== null ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Tells a version of a file from any other: its change time is set by the system alone. */
function versionOf(path) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(' ');
}

/** @returns the digest of the text. @throws {Error} esbuild's, which names the line that it cannot compile. */
function compile(sources, file) {
  const started = Date.now();
  const { metafile, outputFiles } = require('esbuild').buildSync({
    absWorkingDir: ROOT,
    stdin: { contents: sources.map(exportOf).join('\n'), resolveDir: ROOT, sourcefile: 'compiled.cjs' },
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    conditions: ['@immutablue/source'],
    tsconfig: join(ROOT, 'tsconfig.base.json'),
    // Nx has state of its own, Prettier files beside its code; undici and the library of CycloneDX, which looks for what is not
    // installed, are large, and few tasks need them.
    external: ['@cyclonedx/cyclonedx-library', '@nx/devkit', 'nx', 'prettier', 'undici'],
    // Half of it is comments, which each process would read.
    minifyWhitespace: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const { contents } = outputFiles[0];
  const digest = digestOf(contents);
  const inputs = Object.fromEntries(
    [...Object.keys(metafile.inputs).filter(isSource), ...SETTINGS].map((path) => [path, versionBefore(started, path)]),
  );
  const record = { digest, inputs };
  unwritten.delete(file);
  try {
    writeSynced(file, [`// ${JSON.stringify(record)}\n`, contents]);
  } catch (error) {
    if (!NOT_WRITABLE.includes(error.code)) throw error;
    unwritten.set(file, { record, text: outputFiles[0].text });
  }
  return digest;
}

/** A module is evaluated when it is asked for. */
function exportOf(source) {
  return `exports[${JSON.stringify(source)}] = () => require(${JSON.stringify(`./${source}`)});`;
}

/** Of what npm installs, hundreds of files, npm's own list speaks: see SETTINGS. */
function isSource(path) {
  return path !== 'compiled.cjs' && !path.split('/').includes('node_modules');
}

/** The clock of a file system may be a little behind, in milliseconds. */
const CLOCK_LAG = 50;

/** The version of a file that was there at a time. One that was edited since then has none, so that it is compiled again. */
function versionBefore(time, path) {
  const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return stat !== undefined && stat.ctimeMs > time - CLOCK_LAG ? 'edited meanwhile' : versionOf(path);
}

function digestOf(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** Other processes see a file that is whole, or the one before. */
function writeSynced(file, parts) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w');
  try {
    for (const part of parts) writeFileSync(descriptor, part);
    fsyncSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

module.exports = { load };
