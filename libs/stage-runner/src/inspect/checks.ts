import { tryInContainer, type ImageDetails } from '@immutablue/oci';
import { verifyOverrides, type RootFilesystem } from '@immutablue/overrides';
import type { Entry } from '@immutablue/variant';
import type { BuildPlan } from '../plan/plan';
import type { Step } from '../plan/step';
import { imageCheck, type ImageCheck } from './check';

/** What the checks look at: an image, a throw-away container of it, and the plan by which it was built. */
export interface InspectContext {
  readonly plan: BuildPlan;
  readonly image: ImageDetails;
  readonly parent: ImageDetails;
  readonly root: RootFilesystem;
  readonly container: string;
}

/** The labels of DESIGN are those of the plan's commit, and two that only the build knows. */
export function checkLabels({ plan, image, parent }: InspectContext): ImageCheck {
  const expected = stepsOf(plan, 'commit').flatMap((step) => Object.entries(step.labels));
  expected.push(['org.opencontainers.image.base.digest', parent.digest]);
  const wrong = expected.filter(([name, value]) => image.labels[name] !== value);
  const missingKey = image.labels['io.immutablue.build-key'] === undefined;
  return imageCheck('labels say what the image is', [
    ...wrong.map(([name, value]) => ({
      message: `the label \`${name}\` is \`${image.labels[name] ?? 'missing'}\`, expected \`${value}\``,
    })),
    ...(missingKey ? [{ message: 'the label `io.immutablue.build-key` is missing' }] : []),
  ]);
}

/** An image stands on its parent's layers and adds at most two. */
export function checkLayers({ image, parent }: InspectContext): ImageCheck {
  const begins = parent.layers.every((layer, index) => image.layers[index] === layer);
  const own = image.layers.length - parent.layers.length;
  return imageCheck("layers begin with the parent's, at most two are its own", [
    ...(begins ? [] : [{ message: 'the layers do not begin with those of the parent' }]),
    ...(own >= 1 && own <= 2 ? [] : [{ message: `the image has ${own} layers of its own` }]),
  ]);
}

/** The files that the workspace writes are there as it wrote them. */
export async function checkWrittenFiles({ plan, root }: InspectContext): Promise<ImageCheck> {
  const faults = [];
  for (const step of stepsOf(plan, 'write-file')) {
    const found = (await root.exists(step.path)) ? (await root.readFile(step.path)).toString() : undefined;
    if (found !== step.content) faults.push({ message: `\`${step.path}\` is not what the build wrote` });
  }
  return imageCheck('/usr/immutablue describes the image', faults);
}

/** Every override is in the image as it is in its tree. */
export async function checkOverrides({ plan, root }: InspectContext): Promise<ImageCheck> {
  const faults = [];
  for (const step of stepsOf(plan, 'apply-overrides')) {
    for (const difference of await verifyOverrides(root, step.entries)) {
      faults.push({ message: `an override is not as in the tree: ${difference.text}` });
    }
  }
  return imageCheck('overrides are as in their trees', faults);
}

/** Every package that was asked for is installed, every one that was to be removed is not. */
export async function checkPackages(context: InspectContext): Promise<ImageCheck> {
  const faults = [];
  for (const step of stepsOf(context.plan, 'transaction')) {
    const isRemoval = step.command.includes('remove');
    const packages = step.names.filter((name) => !name.value.includes('/'));
    const absent = await absentPackages(context, packages);
    for (const name of packages) {
      if (absent.has(name.value) === isRemoval) continue;
      const message = `the package \`${name.value}\` is ${isRemoval ? 'still' : 'not'} installed`;
      faults.push({ message, location: name.location });
    }
  }
  return imageCheck('packages are installed and removed as asked', faults);
}

async function absentPackages({ container }: InspectContext, packages: readonly Entry<string>[]): Promise<Set<string>> {
  if (packages.length === 0) return new Set();
  const names = packages.map((name) => name.value);
  const command = ['rpm', '--query', '--whatprovides', '--queryformat', '', ...names];
  const { stdout } = await tryInContainer({ container, command });
  return new Set([...stdout.matchAll(/no package provides (\S+)/g)].map(([, name]) => name ?? ''));
}

/** Every unit is in the state that was asked for last. */
export async function checkServices({ plan, container }: InspectContext): Promise<ImageCheck> {
  const faults = [];
  for (const step of stepsOf(plan, 'run')) {
    if (step.command[0] !== 'systemctl') continue;
    const flags = step.command.filter((word) => word === '--global');
    const action = step.command[1 + flags.length] ?? '';
    for (const name of step.names) {
      const command = ['systemctl', ...flags, 'is-enabled', name.value];
      const { stdout } = await tryInContainer({ container, command, environment: { SYSTEMD_OFFLINE: '1' } });
      // Before it there may be a warning.
      const state = stdout.split('\n').at(-1) ?? '';
      if (!isStateAfter(action, state)) {
        const message = `the unit \`${name.value}\` is \`${state}\` after \`${action}\``;
        faults.push({ message, location: name.location });
      }
    }
  }
  return imageCheck('units are in the state asked for', faults);
}

function isStateAfter(action: string, state: string): boolean {
  switch (action) {
    case 'enable':
      return ['enabled', 'alias', 'static', 'indirect', 'generated'].includes(state);
    case 'mask':
      return state === 'masked';
    case 'unmask':
      return state !== 'masked';
    default:
      return !['enabled', 'alias'].includes(state);
  }
}

/** Every path that was to be removed is gone. */
export async function checkRemovedPaths({ plan, root }: InspectContext): Promise<ImageCheck> {
  const faults = [];
  for (const step of stepsOf(plan, 'remove-paths')) {
    for (const path of step.paths) {
      if ((await root.lstat(path.value)) === undefined) continue;
      faults.push({ message: `\`${path.value}\` is still there`, location: path.location });
    }
  }
  return imageCheck('removed paths are gone', faults);
}

function stepsOf<Kind extends Step['kind']>(plan: BuildPlan, kind: Kind): Extract<Step, { kind: Kind }>[] {
  return plan.stages
    .flatMap((stage) => stage.steps)
    .filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
}
