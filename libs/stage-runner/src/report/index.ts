import { join } from 'node:path';
import { lineWriter, type Terminal } from '@immutablue/diagnostics';
import type { Reporter } from './event';
import { createLogReporter, createTimingReporter } from './log';
import { createLineReporter } from './plain';
import { createTerminalReporter } from './terminal';

export interface ReportTarget {
  /** Standard output. */
  readonly stream: Terminal & { readonly isTTY?: boolean | undefined };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The reporter that fits where output goes: a status below the lines on a terminal, groups in CI, lines everywhere else. */
export function createReporter({ stream, environment }: ReportTarget): Reporter {
  const isCi = environment['GITHUB_ACTIONS'] === 'true' || (environment['CI'] ?? 'false') !== 'false';
  if (stream.isTTY === true && !isCi) return createTerminalReporter(stream);
  return createLineReporter({ write: lineWriter(stream), style: isCi ? 'groups' : 'lines' });
}

/** The reporters of files in a variant's `dist/`: `build.log` and `timings.json`. */
export function createFileReporters(variantDirectory: string): Reporter[] {
  const dist = join(variantDirectory, 'dist');
  return [createLogReporter(join(dist, 'build.log')), createTimingReporter(join(dist, 'timings.json'))];
}

/** Passes each event on to all of `reporters`. */
export function combineReporters(reporters: readonly Reporter[]): Reporter {
  return {
    report: (event) => {
      for (const reporter of reporters) reporter.report(event);
    },
    close: async () => {
      for (const reporter of reporters) await reporter.close();
    },
  };
}
