import {
  commitArgv,
  copyFromImageArgv,
  fromArgv,
  isLocal,
  labelArgv,
  parseReference,
  pullArgv,
  renderArgv,
  runArgv,
  tagArgv,
  type ImageId,
} from '@immutablue/oci';
import { renderLocation } from '@immutablue/diagnostics';
import { nevra, ociArchitecture } from '@immutablue/variant';
import { isSubStage, SUB_STAGE_TITLES, count, type BuildPlan, type StagePlan, type Step } from '@immutablue/plan';
/** What stands in a printed plan for the names that are known only when it runs. */
const CONTAINER = '$CONTAINER';
const IMAGE = '$IMAGE' as ImageId;
const CREATED = '$CREATED';

/** A plan as text for people: every command exactly as it would be executed, every file, every script. */
export function renderPlan(plan: BuildPlan, root: string): string {
  return [
    plan.reference,
    `  variant   ${plan.variant}: ${plan.description}`,
    `  release   ${plan.release}, ${plan.architecture}`,
    `  options   ${plan.options.join(',')}`,
    `  from      ${parentText(plan)}`,
    `  upstream  ${plan.upstream === 'lab' ? `lab (the real one: npx nx run ${plan.variant}:plan -c f${plan.release})` : 'the real registries'}`,
    ...(plan.lock === undefined ? [] : [`  lock      ${shown(plan.lock.file, root)}`]),
    '',
    ...prologue(plan).map((line) => `$ ${line}`),
    ...renderDependencies(plan, root),
    ...plan.stages.flatMap((stage) => ['', ...renderStage(stage, root)]),
    '',
  ].join('\n');
}

function parentText(plan: BuildPlan): string {
  if (plan.parent.kind === 'variant') return `${plan.parent.reference} (${plan.parent.variant})`;
  const { reference, original } = plan.parent;
  return reference === original ? reference : `${reference}, retention in for ${original}`;
}

function prologue(plan: BuildPlan): string[] {
  const { reference } = plan.parent;
  const parsed = parseReference(reference);
  const pull =
    parsed !== undefined && !isLocal(parsed) ? [pullArgv(reference, ociArchitecture(plan.architecture))] : [];
  return [...pull, fromArgv(reference, CONTAINER)].map(renderCommand);
}

function renderDependencies({ dependencies, buildArguments }: BuildPlan, root: string): string[] {
  if (dependencies.length === 0) return [];
  return [
    ...dependencies.map((build) => `dep-builder of ${build.variant}: ${shown(build.containerfile, root)}`),
    ...Object.entries(buildArguments).map(([name, value]) => `  ${name}=${value}`),
  ];
}

function renderStage(stage: StagePlan, root: string): string[] {
  const title = isSubStage(stage.name) ? SUB_STAGE_TITLES[stage.name] : 'sub-stage of a variant';
  const steps = stage.steps.flatMap((step) => renderStep(step, root).map((line) => `  ${line}`));
  return [`${stage.name}  ${title}`, ...(steps.length === 0 ? ['  nothing to do'] : steps)];
}

function renderStep(step: Step, root: string): string[] {
  switch (step.kind) {
    case 'check-root':
      return [`- ${step.purpose} (${step.architecture})`];
    case 'write-file':
      return [`- ${step.purpose}: ${step.path} (${octal(step.mode)}, ${Buffer.byteLength(step.content)} bytes)`];
    case 'copy-dependencies':
      return [`- ${step.purpose}`, command(copyFromImageArgv(CONTAINER, IMAGE))];
    case 'download':
      return [
        `- ${step.purpose}`,
        ...step.files.flatMap(({ entry, fetched, mode }) => [
          `    ${octal(mode)} ${fetched.path}  from ${fetched.url}${fetched.member === undefined ? '' : ` (${fetched.member})`}`,
          `         sha256 ${fetched.sha256}  ${renderLocation(entry.location, root)}`,
        ]),
      ];
    case 'apply-overrides':
      return [
        `- ${step.purpose}`,
        ...step.entries
          .filter((entry) => entry.type !== 'directory' || entry.isEmpty)
          .map((entry) => `    ${octal(entry.mode)} ${entry.path}  from ${shown(entry.source, root)}`),
      ];
    case 'run':
    case 'transaction':
      return [
        `- ${step.purpose}`,
        command(runArgv({ ...step, container: CONTAINER })),
        ...step.names.map((name) => `    ${name.value}  ${renderLocation(name.location, root)}`),
        ...(step.kind === 'transaction' && step.locked !== undefined
          ? step.locked.packages.map((rpm) => `    ${nevra(rpm)}  ${renderLocation(rpm.location, root)}`)
          : []),
        ...(step.kind === 'transaction' && step.overrides.length > 0
          ? [`    afterwards: ${count(step.overrides.length, 'override')} as before`]
          : []),
      ];
    case 'require-signatures':
      return [`- ${step.purpose} (gpgcheck=1 in every section of ${step.path})`];
    case 'enable-quadlets':
      return [
        `- ${step.purpose}: ${step.path}`,
        ...step.names.map((name) => `    ${name.value}  ${renderLocation(name.location, root)}`),
      ];
    case 'write-os-release':
      return [`- ${step.purpose} (${step.identity.imageName}, ${step.identity.release})`];
    case 'remove-paths':
      return [
        `- ${step.purpose}`,
        ...step.paths.map((path) => `    ${path.value}  ${renderLocation(path.location, root)}`),
      ];
    case 'checkpoint':
      return [
        `- ${step.purpose}`,
        ...step.paths.map((path) => `    without ${path.value}  ${renderLocation(path.location, root)}`),
        command([...commitArgv(CONTAINER, 0)].map((word) => (word === '0' ? CREATED : word))),
        command(fromArgv(IMAGE, CONTAINER)),
      ];
    case 'script':
      return [
        `- ${step.purpose} (sha256 ${step.sha256.slice(0, 12)})`,
        command(runArgv({ ...step, container: CONTAINER })),
      ];
    case 'clean':
      return [
        `- ${step.purpose}`,
        `    empty: ${step.empty.join(' ')}`,
        `    remove: ${[...step.files, ...step.emptyFiles].join(' ')}`,
      ];
    case 'commit':
      return [
        `- ${step.purpose}`,
        command(labelArgv(CONTAINER, step.labels)),
        command([...commitArgv(CONTAINER, 0)].map((word) => (word === '0' ? CREATED : word))),
        command(tagArgv(IMAGE, step.reference)),
      ];
  }
}

function command(argv: readonly string[]): string {
  return `    $ ${renderCommand(argv)}`;
}

/** Placeholders are not quoted: they are to be seen as such. */
function renderCommand(argv: readonly string[]): string {
  return renderArgv(argv).replaceAll(/'(\$[A-Z_]+(?:\/[\w:/.-]*)?)'/g, '$1');
}

function shown(path: string, root: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
