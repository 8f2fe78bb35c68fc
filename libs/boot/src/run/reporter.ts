import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatDuration, lineWriter, startHeartbeat, statusOf, visibleOutput } from '@immutablue/diagnostics';
import { lineOf } from '../report/lines';
import { type BootEvent } from './event';

export interface BootReporter {
  readonly report: (event: BootEvent) => void;
  /** Writes out what is left. */
  readonly close: () => Promise<void>;
}

export interface BootReporterOptions {
  /** Absolute path of the file that gets everything, with what the console of the machine says. */
  readonly logFile: string;
  readonly write: (line: string) => void;
  /** `result`: of the checks those that did not simply pass; `everything`: each of them. */
  readonly detail: 'result' | 'everything';
}

/** Reports a run as lines of text. A long one says now and then that it goes on. */
export async function createBootReporter({ logFile, write, detail }: BootReporterOptions): Promise<BootReporter> {
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
  return {
    report: (event) => {
      const line = lineOfEvent(event);
      if (line === undefined) {
        if (event.kind === 'console') writeLog(`  | ${visibleOutput(event.line)}`);
        return;
      }
      writeLog(line);
      if (detail === 'result' && hasSimplyPassed(event)) return;
      heartbeat.beat();
      write(line);
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

function hasSimplyPassed(event: BootEvent): boolean {
  return event.kind === 'found' && statusOf(event.item) === 'ok';
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
