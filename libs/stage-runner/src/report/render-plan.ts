import { renderLocation, shellCommand, visible } from '@immutablue/diagnostics';
import {
  cacheDirectory,
  commitArgv,
  copyFromImageArgv,
  fromArgv,
  isLocal,
  parseReference,
  pullArgv,
  runArgv,
  tagArgv,
  type Argv,
  type ImageId,
} from '@immutablue/oci';
import {
  COMMON_MOUNT,
  CONTEXT_MOUNT,
  kindOf,
  labRepository,
  mountsOf,
  stageTitle,
  type BindMount,
  type BuildPlan,
  type HostFolders,
  type PrintedLine,
  type Shown,
  type StagePlan,
  type StepCommand,
} from '@immutablue/plan';
import { ociArchitecture } from '@immutablue/variant';

/** What stands in a printed plan for the names that are known only when it runs. */
const CONTAINER = '$CONTAINER';
const IMAGE = '$IMAGE' as ImageId;
const CREATED = '$CREATED';
const SNAPSHOT = '$SNAPSHOT';
const HELPERS = '$HELPERS';

/**
 * A plan as text for people: every command as it would be executed, every file, every script.
 *
 * @param root absolute path of the workspace: paths below it are shown relative to it.
 * @param cache absolute path of the user's cache.
 */
export function renderPlan(plan: BuildPlan, root: string, cache: string = cacheDirectory()): string {
  const shown = shownBelow(root);
  const repository = plan.upstream === 'lab' ? labRepository(root) : undefined;
  const folders: HostFolders = { repository, cacheDirectory: cache };
  return [
    plan.reference,
    `  variant   ${plan.variant}: ${plan.description}`,
    `  release   ${plan.release}, ${plan.architecture}`,
    `  options   ${plan.options.join(',')}`,
    `  from      ${parentText(plan)}`,
    `  upstream  ${plan.upstream === 'lab' ? `lab (the real one: npx nx run ${plan.variant}:plan -c f${plan.release})` : 'the real registries'}`,
    ...(plan.lock === undefined ? [] : [`  lock      ${shown.path(plan.lock.file)}`]),
    '',
    ...prologue(plan).map((line) => `$ ${line}`),
    ...renderDepBuilders(plan, shown),
    ...plan.stages.flatMap((stage) => ['', ...renderStage(stage, shown, folders)]),
    '',
  ]
    .map((line) => visible(line))
    .join('\n');
}

function shownBelow(root: string): Shown {
  return {
    path: (absolute) => (absolute.startsWith(`${root}/`) ? absolute.slice(root.length + 1) : absolute),
    place: (location) => renderLocation(location, root),
  };
}

function parentText(plan: BuildPlan): string {
  if (plan.parent.kind === 'variant') return `${plan.parent.reference} (${plan.parent.variant})`;
  const { reference, original } = plan.parent;
  return reference === original ? reference : `${reference}, standing in for ${original}`;
}

function prologue(plan: BuildPlan): string[] {
  const { kind, reference } = plan.parent;
  const parsed = parseReference(reference);
  // A variant was built on this machine, whatever its name.
  const isPulled = kind === 'upstream' && parsed !== undefined && !isLocal(parsed);
  const pull = isPulled ? [pullArgv(reference, ociArchitecture(plan.architecture))] : [];
  return [...pull, fromArgv(reference, CONTAINER)].map(renderCommand);
}

function renderDepBuilders({ depBuilders, buildArguments }: BuildPlan, shown: Shown): string[] {
  if (depBuilders.length === 0) return [];
  return [
    ...depBuilders.flatMap(({ variant, containerfile, content }) => [
      `dep-builder of ${variant}: ${shown.path(containerfile)}`,
      ...content.entries.flatMap((entry) =>
        entry.type === 'file'
          ? [`  sees ${shown.path(`${content.folder}/${entry.path}`)}  sha256 ${entry.sha256.slice(0, 12)}`]
          : [],
      ),
    ]),
    ...Object.entries(buildArguments).map(([name, value]) => `  ${name}=${value}`),
  ];
}

function renderStage(stage: StagePlan, shown: Shown, folders: HostFolders): string[] {
  const steps = stage.steps.flatMap((step) => {
    const kind = kindOf(step);
    const lines = kind.print(step, shown).flatMap((line) => renderLine(line, folders));
    return [`  - ${kind.purpose(step)}`, ...lines.map((line) => `      ${line}`)];
  });
  return [`${stage.name}  ${stageTitle(stage.name)}`, ...(steps.length === 0 ? ['  nothing to do'] : steps)];
}

function renderLine(line: PrintedLine, folders: HostFolders): string {
  if (typeof line === 'string') return line;
  return `$ ${renderCommand(argvOf(line, folders))}`;
}

function argvOf(line: Exclude<PrintedLine, string>, folders: HostFolders): Argv {
  switch (line.kind) {
    case 'command':
      return commandArgv(line.command, folders);
    case 'copy-image':
      return copyFromImageArgv(CONTAINER, IMAGE);
    case 'commit': {
      const [program, ...words] = commitArgv(CONTAINER, 0);
      return [program, ...words.map((word) => (word === '0' ? CREATED : word))];
    }
    case 'continue':
      return fromArgv(IMAGE, CONTAINER);
    case 'tag':
      return tagArgv(IMAGE, line.reference);
  }
}

function commandArgv({ argv, sees, environment, origin }: StepCommand, folders: HostFolders): Argv {
  const script: readonly BindMount[] =
    origin.kind === 'script'
      ? [
          { source: SNAPSHOT, target: CONTEXT_MOUNT, access: 'read-only' },
          { source: HELPERS, target: COMMON_MOUNT, access: 'read-only' },
        ]
      : [];
  const mounts = [...script, ...mountsOf(sees, folders)];
  return runArgv({ container: CONTAINER, command: argv, mounts, environment });
}

/** Placeholders are not quoted: they are to be seen as such. */
function renderCommand(argv: readonly string[]): string {
  return shellCommand(argv).replaceAll(/'(\$[A-Z_]+(?:\/[\w:/.-]*)?)'/g, '$1');
}
