import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { lineWriter } from '@immutablue/diagnostics';
import { whileWriting, writeAtomically } from '@immutablue/oci';
import type { Reporter } from './event';
import { linesOf } from './lines';

/** Writes the whole build to a log file, whatever is shown on the screen. */
export function createLogReporter(file: string): Reporter {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  const write = lineWriter(stream);
  const written = finished(stream);
  // What the system refuses is said at the end: it does not stop the build.
  written.catch(() => undefined);
  return {
    report: (event) => {
      for (const line of linesOf(event)) write(line);
    },
    close: async () => {
      stream.end();
      await whileWriting(file, () => written);
    },
  };
}

/** Writes when the build was and how long it took to `file`, as JSON, when it has succeeded. */
export function createTimingReporter(file: string): Reporter {
  let written: Promise<void> = Promise.resolve();
  return {
    report: (event) => {
      if (event.kind !== 'build-finished') return;
      const { milliseconds, timings } = event;
      const content = {
        finishedAt: new Date().toISOString(),
        milliseconds: Math.round(milliseconds),
        stages: rounded(timings),
      };
      written = writeAtomically(file, `${JSON.stringify(content, undefined, 2)}\n`);
    },
    close: () => written,
  };
}

function rounded(timings: readonly { stage: string; milliseconds: number }[]) {
  return timings.map(({ stage, milliseconds }) => ({ stage, milliseconds: Math.round(milliseconds) }));
}
