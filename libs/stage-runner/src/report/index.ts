import { join, relative } from 'node:path';
import { printLine } from '@immutablue/diagnostics';
import type { Reporter } from './event';
import { linesOf } from './lines';
import { createLogReporter, createTimingReporter } from './log';
import { createScreenReporter } from './screen';

/** What is reported of a build, and where. */
export interface ReportTarget {
  readonly workspaceRoot: string;
  /** Absolute path of the variant's folder. */
  readonly variantDirectory: string;
  /** Name of the log in the variant's `dist/`: `build.log`. */
  readonly log: string;
  /** `everything`: what commands print, too. */
  readonly detail: 'result' | 'everything';
}

/** Reports to standard output and to the log in `dist/`, which has everything. */
export function createReporter({ workspaceRoot, variantDirectory, log, detail }: ReportTarget): Reporter {
  const file = join(variantDirectory, 'dist', log);
  const screen: Reporter =
    detail === 'everything'
      ? {
          report: (event) => {
            linesOf(event).forEach(printLine);
          },
          close: () => Promise.resolve(),
        }
      : createScreenReporter(printLine, relative(workspaceRoot, file));
  return combineReporters([screen, createLogReporter(file)]);
}

/** Also writes how long the sub-stages took into `dist/timings.json`. */
export function withTimings(reporter: Reporter, variantDirectory: string): Reporter {
  return combineReporters([reporter, createTimingReporter(join(variantDirectory, 'dist', 'timings.json'))]);
}

/** Passes each event on to all of `reporters`. */
function combineReporters(reporters: readonly Reporter[]): Reporter {
  return {
    report: (event) => {
      for (const reporter of reporters) reporter.report(event);
    },
    close: async () => {
      for (const reporter of reporters) await reporter.close();
    },
  };
}
