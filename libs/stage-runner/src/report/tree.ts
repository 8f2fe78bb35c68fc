import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2';
import { formatDuration } from '@immutablue/diagnostics';
import type { Reporter } from './event';
import { introduction, linesOf } from './plain';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

interface Stage {
  readonly name: string;
  readonly started: Deferred<undefined>;
  readonly ended: Deferred<undefined>;
  task?: Task;
}

/**
 * Reports a build as a live tree on a terminal: one line for each sub-stage, below the running one what it prints.
 *
 * The library wants to run tasks; here a task only waits for the events of its sub-stage.
 */
export function createTreeReporter(write: (line: string) => void): Reporter {
  const closing: string[] = [];
  let stages: Stage[] = [];
  let finished: Promise<unknown> = Promise.resolve();

  const stageOf = (name: string) => stages.find((stage) => stage.name === name);
  const start = (names: readonly string[]) => {
    stages = names.map((name) => ({ name, started: defer(), ended: defer() }));
    const list = new Listr(
      stages.map((stage) => ({
        title: stage.name,
        task: async (_: unknown, task: Task) => {
          stage.task = task;
          stage.started.resolve(undefined);
          await stage.ended.promise;
        },
      })),
      {
        concurrent: false,
        exitOnError: true,
        rendererOptions: { collapseSubtasks: false },
        // It would end this process at a Ctrl-C, before the build has removed its container.
        registerSignalListeners: false,
      },
    );
    // A failed sub-stage is shown as such here; the error itself is the build's to report.
    finished = list.run().catch(() => undefined);
  };

  return {
    report: (event) => {
      switch (event.kind) {
        case 'build-started':
          for (const line of introduction(event.plan)) write(line);
          start(event.plan.stages.map((stage) => stage.name));
          break;
        case 'explained':
          for (const { stage, outcome } of event.stages) {
            if (outcome === 'runs') continue;
            setTitle(stageOf(stage), `${stage}: reused`);
            stageOf(stage)?.ended.resolve(undefined);
          }
          closing.push(...linesOf(event, 'lines'));
          break;
        case 'step-started':
          setOutput(stageOf(event.stage), event.purpose);
          break;
        case 'output':
          setOutput(stageOf(event.stage), event.line);
          break;
        case 'stage-finished': {
          const stage = stageOf(event.stage);
          setTitle(
            stage,
            event.steps === 0
              ? `${event.stage}: nothing to do`
              : `${event.stage} ${formatDuration(event.milliseconds)}`,
          );
          stage?.ended.resolve(undefined);
          break;
        }
        case 'stage-failed':
          stageOf(event.stage)?.ended.reject(new Error(`failed after ${formatDuration(event.milliseconds)}`));
          break;
        case 'waiting':
          write(event.message);
          break;
        case 'notice':
          closing.push(...linesOf(event, 'lines'));
          break;
        case 'stage-started':
          break;
        case 'image-reused':
        case 'build-finished':
        case 'build-failed':
          closing.push(...linesOf(event, 'lines'));
          break;
      }
    },
    close: async () => {
      for (const stage of stages) stage.ended.resolve(undefined);
      await finished;
      for (const line of closing) write(line);
    },
  };
}

/** Titles and output can be set only once the library has started the task, which it does between two events. */
function setOutput(stage: Stage | undefined, text: string): void {
  void stage?.started.promise.then(() => {
    if (stage.task !== undefined) stage.task.output = text;
  });
}

function setTitle(stage: Stage | undefined, text: string): void {
  void stage?.started.promise.then(() => {
    if (stage.task !== undefined) stage.task.title = text;
  });
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Nobody may be waiting yet when it is rejected.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
