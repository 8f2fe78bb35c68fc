import { fitTo, formatDuration, startHeartbeat, visible, visibleOutput, type Heartbeat } from '@immutablue/diagnostics';
import type { BuildPlan } from '@immutablue/plan';
import type { BuildEvent, Reporter } from './event';
import { built, introduction, linesOf, upToDate } from './lines';

/** No line of ours is longer than this, whatever the terminal's width is: Nx shows a task's output in a part of it, and keeps it. */
const COLUMNS = 80;

/** How many of the last lines of a command's output are shown when its sub-stage fails. */
const SHOWN_OF_FAILURE = 40;

/**
 * Reports a build to a person: a line for each sub-stage that does something, when it has ended, and the result as the last line.
 * A long sub-stage says now and then what it is at. What commands print is shown when they fail. Nothing is ever rewritten in
 * place: what is written here is right in a terminal of any width, in a pipe, and where Nx prints it again.
 *
 * @param log where all of it is, as it is to be shown.
 */
export function createScreenReporter(write: (line: string) => void, log: string): Reporter {
  let plan: BuildPlan | undefined;
  let stage: { readonly heartbeat: Heartbeat; readonly purposes: string[]; readonly output: string[] } | undefined;

  const say = (lines: readonly string[]) => {
    for (const line of lines) write(visible(line));
  };
  /** Not before something runs: of an image that is up to date one line is enough. */
  const introduce = () => {
    if (plan !== undefined) say(introduction(plan));
    plan = undefined;
  };
  const end = () => {
    stage?.heartbeat.stop();
    stage = undefined;
  };
  const begin = (name: string) => {
    introduce();
    end();
    const [purposes, output]: [string[], string[]] = [[], []];
    const heartbeat = startHeartbeat((seconds) => {
      const latest = visibleOutput(output.at(-1) ?? '').trim();
      const what = `[${name}] ${purposes.at(-1) ?? ''}: ${seconds} s …`;
      write(fitTo(COLUMNS, `${visible(what)} ${latest}`.trimEnd()));
    });
    stage = { heartbeat, purposes, output };
  };

  const report = (event: BuildEvent): void => {
    switch (event.kind) {
      case 'build-started':
        plan = event.plan;
        return;
      case 'explained':
        if (!event.stages.some(({ outcome }) => outcome === 'runs')) return;
        introduce();
        say(event.summary);
        return;
      case 'stage-started':
        begin(event.stage);
        return;
      case 'step-started':
        stage?.purposes.push(event.purpose);
        stage?.output.splice(0);
        return;
      case 'output':
        stage?.output.push(event.line);
        if ((stage?.output.length ?? 0) > SHOWN_OF_FAILURE) stage?.output.shift();
        return;
      case 'stage-finished': {
        const time = `  ${formatDuration(event.milliseconds)}`;
        const text = visible(`[${event.stage}] ${stage?.purposes.join(', ') ?? ''}`);
        if (event.steps > 0) write(`${fitTo(COLUMNS - time.length, text)}${time}`);
        end();
        return;
      }
      case 'stage-failed': {
        if (event.cause === 'fault') {
          say([`[${event.stage}] ${stage?.purposes.at(-1) ?? ''}`]);
          for (const line of stage?.output ?? []) write(`  | ${visibleOutput(line)}`);
        }
        say(linesOf(event));
        end();
        return;
      }
      case 'build-finished':
        say([built(event)]);
        return;
      case 'image-reused':
        say([upToDate(event)]);
        return;
      case 'build-failed':
        say([...linesOf(event), `all that it said is in ${log}`]);
        return;
      case 'dep-builder-finished':
      case 'dep-builder-reused':
      case 'waiting':
      case 'notice':
      case 'warning':
        say(linesOf(event));
    }
  };
  return {
    report,
    close: () => {
      end();
      return Promise.resolve();
    },
  };
}
