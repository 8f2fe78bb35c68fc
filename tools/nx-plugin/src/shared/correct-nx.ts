import { TaskHistoryLifeCycle } from 'nx/src/tasks-runner/life-cycles/task-history-life-cycle';
import { TaskResultsLifeCycle } from 'nx/src/tasks-runner/life-cycles/task-results-life-cycle';
import { TaskOrchestrator } from 'nx/src/tasks-runner/task-orchestrator';

/** What this reads of Nx's orchestrator, most of which its types call private. */
interface Orchestrator {
  readonly stopRequested: boolean;
  readonly taskGraph: { readonly tasks: Readonly<Record<string, Task>> };
  readonly options: { readonly lifeCycle: { readonly lifeCycles: readonly object[] } };
}

type Task = Parameters<TaskResultsLifeCycle['endTasks']>[0][number]['task'];

/**
 * Corrects what Nx 22.7 does wrong for a workspace of images. To be called in the process that runs tasks, before it does; calling it
 * again does nothing.
 */
export function correctNx(): void {
  recordSkippedTasks();
  // A task that failed for the machine's fault and then did not is no flaky one; Nx says so to recommend its service.
  TaskHistoryLifeCycle.prototype.printFlakyTasksMessage = () => undefined;
}

/**
 * Has Nx end with 1, as its documentation says, when a task failed that others depend on. Nx 22.7 has no result of a task that it skips
 * for that, takes the lack of one for an interruption, and ends with 130. Tasks that were skipped get the result `skipped` here, which
 * it would count as a failure. An interrupted command still ends with 130.
 */
function recordSkippedTasks(): void {
  const prototype: { run: (this: TaskOrchestrator) => ReturnType<TaskOrchestrator['run']> } =
    TaskOrchestrator.prototype;
  const { run } = prototype;
  if (recording.has(run)) return;
  prototype.run = async function (this: TaskOrchestrator) {
    const statuses = await run.call(this);
    const { stopRequested, taskGraph, options } = this as unknown as Orchestrator;
    if (stopRequested) return statuses;
    for (const lifeCycle of options.lifeCycle.lifeCycles) {
      if (!(lifeCycle instanceof TaskResultsLifeCycle)) continue;
      const results = lifeCycle.getTaskResults();
      const skipped = Object.values(taskGraph.tasks).filter(
        ({ id, continuous }) => continuous !== true && !(id in results),
      );
      lifeCycle.endTasks(skipped.map((task) => ({ task, status: 'skipped', code: 1 })));
    }
    return statuses;
  };
  recording.add(prototype.run);
}

const recording = new WeakSet<object>();
