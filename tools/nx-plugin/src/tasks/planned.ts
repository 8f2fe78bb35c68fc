import type { HasherContext, Task } from '@nx/devkit';
import { isFault } from '@immutablue/diagnostics';
import type { BuildPlan } from '@immutablue/plan';
import { readPlan, readSources, type PlanRequest, type Sources } from '@immutablue/stage-runner';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { selectionOptions } from '../shared/options';
import { planRequestOf, variantsDirectoryOf } from '../shared/plan';
import { cacheSettings } from '../shared/cache-settings';
import { executorPackage } from '../shared/executor-package';
import { hitsOf, type Hits } from '../shared/hits';
import { createTask, variantAt } from '../shared/task';

/** The plan that a task of Nx is about. */
export interface Planned {
  readonly plan: BuildPlan;
  /** Absolute path of the folder that holds the variants' folders. */
  readonly variantsDirectory: string;
  /** What becomes of a hit of the registry; `fetched` where none is asked. */
  readonly hits: Hits;
}

/**
 * Plans what a task is about, as its executor will.
 *
 * @returns undefined when that cannot be planned: the executor says why.
 */
export async function plannedFor(
  task: Task,
  context: HasherContext,
  lock?: NonNullable<PlanRequest['lock']>,
): Promise<Planned | undefined> {
  try {
    const { release, upstream, architecture, secret } = optionsOf(task, context);
    const selection = createTask(
      selectionOptions,
      { release, upstream, architecture, secret },
      {
        root: workspaceRoot,
        variant: variantAt(context.projectGraph.nodes[task.target.project]?.data.root ?? task.target.project),
        hits: hitsOf(task.target, context, executorPackage(workspaceRoot)),
        nxJsonConfiguration: context.nxJsonConfiguration,
      },
    );
    const variantsDirectory = variantsDirectoryOf(selection);
    sources ??= readSources(variantsDirectory, selection.plugin);
    const plan = await readPlan({ ...planRequestOf(selection, lock), sources: await sources });
    const isAsked = cacheSettings(selection.plugin.cache, process.env) !== undefined;
    return { plan, variantsDirectory, hits: isAsked ? selection.hits : 'fetched' };
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

/** Nx hashes all tasks of a command in one process: they are about the variants as they were when it began. */
let sources: Promise<Sources> | undefined;

/** Whether the command line gives a task an option beside those of `known`; the executor says whether there is such a one. */
export function hasOtherOptions({ overrides }: Task, known: readonly string[]): boolean {
  // Nx's own words for what it has parsed.
  const given = Object.keys(overrides as Record<string, unknown>).filter((name) => name !== '__overrides_unparsed__');
  return given.some((name) => !known.includes(name));
}

/** The options that decide which plan a task is about. */
export const SELECTION: readonly string[] = Object.keys(selectionOptions.shape);

/** The options of a task: those of its target, its configuration, and the command line. */
export function optionsOf(
  { target: { project, target, configuration }, overrides }: Task,
  { projectGraph }: HasherContext,
): Record<string, unknown> {
  const configured = projectGraph.nodes[project]?.data.targets?.[target];
  const options: Record<string, unknown> = {
    ...(configured?.options as Record<string, unknown> | undefined),
    ...(configured?.configurations?.[configuration ?? ''] as Record<string, unknown> | undefined),
    ...(overrides as Record<string, unknown>),
  };
  return options;
}
