import { createStatusLine, visibleOutput, type Terminal } from '@immutablue/diagnostics';
import { stageTitle } from '@immutablue/plan';
import { type BuildEvent, type Reporter } from './event';
import { linesOf } from './plain';

/**
 * Reports a build on a terminal: the lines that a pipe gets, and below them what is going on and for how long. What commands
 * print is shown there alone, line after line: hundreds of lines of a package manager would hide the others.
 */
export function createTerminalReporter(terminal: Terminal): Reporter {
  const status = createStatusLine(terminal);
  return {
    report: (event) => {
      if (event.kind === 'output') {
        status.detail(visibleOutput(event.line));
        return;
      }
      for (const line of linesOf(event, 'lines')) status.print(line);
      const change = statusAfter(event);
      if (change === 'none') status.hide();
      else if (change !== 'same') status.show(change.text);
    },
    close: () => {
      status.hide();
      return Promise.resolve();
    },
  };
}

/** What is going on once an event has happened. */
function statusAfter(event: Exclude<BuildEvent, { kind: 'output' }>): { readonly text: string } | 'same' | 'none' {
  switch (event.kind) {
    case 'waiting':
      return { text: 'waiting' };
    case 'stage-started':
      return { text: `[${event.stage}] ${stageTitle(event.stage)}` };
    case 'step-started':
      return { text: `[${event.stage}] ${event.purpose}` };
    case 'notice':
    case 'warning':
      return 'same';
    case 'build-started':
    case 'image-reused':
    case 'explained':
    case 'stage-finished':
    case 'stage-failed':
    case 'build-finished':
    case 'build-failed':
      return 'none';
  }
}
