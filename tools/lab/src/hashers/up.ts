import { createHash, randomUUID } from 'node:crypto';
import { isFault } from '@immutablue/diagnostics';
import { isLeftOut } from '@immutablue/executor';
import { workspaceRoot } from 'nx/src/utils/workspace-root';
import { createLabContext } from '../context';
import { upOptions } from '../executors/up-options';
import { renderLabFile } from '../lab-file';
import { findLab } from '../up';
import { readRequest } from '../workspace';

/** What Nx hands to a hasher, as far as it is used. */
interface HashedTask {
  readonly target: { readonly project: string; readonly target: string; readonly configuration?: string };
  readonly overrides: unknown;
}

interface ConfiguredTarget {
  readonly options?: unknown;
  readonly configurations?: Readonly<Record<string, unknown>>;
}

interface HasherContext<Task, TaskGraph> {
  readonly hasher: {
    readonly hashTask: (task: Task, graph: TaskGraph, environment: NodeJS.ProcessEnv) => Promise<{ value: string }>;
  };
  readonly projectGraph: {
    readonly nodes: Readonly<
      Record<string, { readonly data: { readonly targets?: Readonly<Record<string, ConfiguredTarget>> } }>
    >;
  };
  readonly taskGraph: TaskGraph;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The hash by which Nx looks whether `lab:up` has anything to do: that of a lab which is, at this moment, as it has to be. Any other
 * lab has a hash that no task has had: what an earlier run has made of the same files may have been changed by a later one.
 */
export default async function hashUp<Task extends HashedTask, TaskGraph>(
  task: Task,
  context: HasherContext<Task, TaskGraph>,
) {
  const [hashed, result] = await Promise.all([
    context.hasher.hashTask(task, context.taskGraph, context.env ?? process.env),
    resultIfEstablished(optionsOf(task, context)),
  ]);
  // The success of a task that is left out is none that Nx may take later.
  const decisive = (isLeftOut(`lab:${task.target.target}`) ? undefined : result) ?? randomUUID();
  return { ...hashed, value: createHash('sha256').update(`${hashed.value} ${decisive}`).digest('hex') };
}

function optionsOf<TaskGraph>(
  { target: { project, target, configuration = '' }, overrides }: HashedTask,
  { projectGraph }: HasherContext<never, TaskGraph>,
): unknown {
  const configured = projectGraph.nodes[project]?.data.targets?.[target];
  // Nx's own words for what it has parsed.
  const own = Object.fromEntries(
    Object.entries(Object(overrides) as object).filter(([name]) => name !== '__overrides_unparsed__'),
  );
  return Object.assign({}, configured?.options, configured?.configurations?.[configuration], own);
}

/** What `lab:up` would leave, if that is what is there already. */
async function resultIfEstablished(given: unknown): Promise<string | undefined> {
  const options = upOptions.safeParse(given).data;
  // Whether a registry answers is asked by the one who may start it.
  if (options === undefined || options.registry) return undefined;
  if (options.upstream === 'fedora') return options.upstream;
  try {
    const request = await readRequest(workspaceRoot, options);
    const lab = await findLab(createLabContext({ workspaceRoot }), request);
    return lab === undefined ? undefined : renderLabFile(request, lab);
  } catch (error) {
    // Files that cannot be read are what `lab:up` itself reports.
    if (isFault(error)) return undefined;
    throw error;
  }
}
