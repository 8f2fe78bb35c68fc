import { join } from 'node:path';
import type { Reporter } from './event';
import { createLogReporter, createTimingReporter } from './log';
import { createLineReporter } from './plain';
import { createTreeReporter } from './tree';

export interface ReportTarget {
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
}

/** The reporter that fits where output goes: a live tree on a terminal, groups in CI, lines everywhere else. */
export function createReporter(target: ReportTarget): Reporter {
  if (target.environment['GITHUB_ACTIONS'] === 'true') {
    return createLineReporter({ write: target.write, style: 'groups' });
  }
  const isCi = (target.environment['CI'] ?? 'false') !== 'false';
  if (target.isTerminal && !isCi) return createTreeReporter(target.write);
  return createLineReporter({ write: target.write, style: isCi ? 'groups' : 'lines' });
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
