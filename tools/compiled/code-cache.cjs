/** Runs a file with what V8 made of it the last time, which is most of what loading it costs. https://nodejs.org/api/vm.html#scriptcreatecacheddata */
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** Seconds after which a process does not mind the milliseconds that it takes to look whether there is more to keep. */
const LONG = 3;

/** What is to be done when this process ends; Nx's daemon loads a file anew whenever its sources were edited. */
const atExit = [];
process.once('exit', () => {
  for (const work of atExit) work();
});

/**
 * What a CommonJS module in `file` exports: one that is ASCII, has no import() and stands in its wrapper already. What V8 makes of it
 * is kept beside it when the process ends.
 */
function runWithCodeCache(file) {
  const kept = `${file}.v8`;
  const known = readIfThere(kept);
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: known,
  });
  // V8 takes only what the same version of it has made, with the same flags.
  const isTaken = script.cachedDataRejected === false;
  atExit.push(() => {
    if (isTaken && process.uptime() < LONG) return;
    // Functions are compiled when they are called: who does more has more to keep.
    const data = script.createCachedData();
    if (!isTaken || data.length > known.length) keep(kept, data);
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Nothing is lost when it cannot be kept: the next process makes it again. */
function keep(path, data) {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

module.exports = { runWithCodeCache };
