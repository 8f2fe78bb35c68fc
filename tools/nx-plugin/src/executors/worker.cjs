/** A process that an executor starts in a user namespace: its argument says what to run. */
void require('./entry.cjs')
  .runWorker(process.argv[2] ?? '')
  .then((code) => {
    process.exitCode = code;
  });
