import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatDuration, lineWriter, startHeartbeat, visibleOutput } from '@immutablue/diagnostics';
import { lineOf } from '../report/lines';
import { type BootEvent } from './event';

export interface BootReporter {
  readonly report: (event: BootEvent) => void;
  /** Writes out what is left. */
  readonly close: () => Promise<void>;
}

/**
 * Reports a run as lines of text, at least one every few seconds. What the console of the machine says goes to a file, which
 * has the lines, too.
 */
export async function createBootReporter(logFile: string, write: (line: string) => void): Promise<BootReporter> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const writeLog = lineWriter(log);
  const broken = { error: undefined as Error | undefined };
  log.on('error', (error) => {
    broken.error = error;
  });
  const heartbeat = startHeartbeat((elapsed) => {
    write(`still running after ${elapsed} s`);
  });
  const say = (line: string) => {
    heartbeat.beat();
    writeLog(line);
    write(line);
  };
  return {
    report: (event) => {
      const line = lineOfEvent(event);
      if (line !== undefined) say(line);
      else if (event.kind === 'console') writeLog(`  | ${visibleOutput(event.line)}`);
    },
    close: async () => {
      heartbeat.stop();
      await new Promise<void>((resolve) => {
        log.end(resolve);
      });
      if (broken.error !== undefined) throw broken.error;
    },
  };
}

function lineOfEvent(event: BootEvent): string | undefined {
  switch (event.kind) {
    case 'removed':
      return `removed ${event.name}, which an earlier run left behind`;
    case 'preparing':
      return event.what;
    case 'machine-started':
      return `boot ${event.boot} of ${event.boots} with ${event.machine}`;
    case 'found':
      return lineOf(event.item);
    case 'machine-off':
      return `boot ${event.boot}: powered off after ${formatDuration(event.milliseconds)}`;
    case 'console':
      return undefined;
  }
}
