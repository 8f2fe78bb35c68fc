import type { TargetConfiguration } from '@nx/devkit';
import { PLATFORMS, architectureOf, type UpstreamProfileName, type Variant } from '@immutablue/variant';
import type { PluginOptions } from '../shared/settings';

/** What inference knows of a variant besides its variant.yaml. */
export interface VariantFacts {
  readonly variant: Variant;
  /** Whether it, or a variant that it applies, has `deps/Containerfile`. */
  readonly hasDependencies: boolean;
  /** All that it stands on or applies, the lowest first. */
  readonly lineage: readonly string[];
  /** The package that has the executors, as targets name it. */
  readonly executors: string;
}

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** What an image is made from, in the folder of a variant. Documentation and records of builds are not. */
const DEFINITIONS = ['variant.yaml', 'packages.yaml', 'build/**/*', 'deps/**/*'] as const;
const OVERRIDES = 'artifacts/**/*';

/** What a build installs. A dep-builder does not, nor does a variant that applies this one. */
const LOCK = '{projectRoot}/packages.lock.yaml';

/** The targets of a variant, all inferred from its variant.yaml. */
export function variantTargets(facts: VariantFacts, options: PluginOptions): Record<string, TargetConfiguration> {
  const { name } = facts.variant;
  const configured = configurations(options);
  return {
    build: {
      executor: `${facts.executors}:build`,
      cache: true,
      dependsOn: buildDependsOn(facts, options),
      inputs: buildInputs(facts, options),
      outputs: ['{projectRoot}/dist/image.json', '{projectRoot}/dist/build.log', '{projectRoot}/dist/timings.json'],
      ...configured,
      metadata: metadata(`Build the image of ${name}, its parents first`, `npx nx build ${name}`, {
        configuration: { description: 'f44, f43: on the real images of that release instead of the lab' },
        'on-failure': { description: 'keep: keep the working container of a failed build' },
        clean: { description: 'Build even when nothing has changed' },
      }),
    },
    ...(facts.hasDependencies
      ? {
          deps: {
            executor: `${facts.executors}:deps`,
            cache: true,
            dependsOn: parentDependsOn(facts, options),
            inputs: imageInputs(options),
            outputs: ['{projectRoot}/dist/dependencies.json'],
            ...configured,
            metadata: metadata(`Run the dep-builder of ${name}`, `npx nx deps ${name}`),
          },
        }
      : {}),
    plan: {
      executor: `${facts.executors}:plan`,
      ...configured,
      metadata: metadata(`Print how ${name} is built: every command, file and script`, `npx nx run ${name}:plan`),
    },
    explain: {
      executor: `${facts.executors}:explain`,
      ...configured,
      metadata: metadata(
        `Say for each sub-stage of ${name} whether a build would run it, and why`,
        `npx nx run ${name}:explain`,
        { json: { description: 'Print JSON' } },
      ),
    },
    containerfile: {
      executor: `${facts.executors}:containerfile`,
      ...configured,
      metadata: metadata(
        `Write how ${name} is built as a Containerfile, which builds without this workspace`,
        `npx nx run ${name}:containerfile`,
        { output: { description: 'The folder to write to; it is replaced' } },
      ),
    },
    check: {
      executor: `${facts.executors}:check`,
      cache: true,
      inputs: [
        ...sourceInputs(facts),
        LOCK,
        ...bootChecksInputs(facts, options),
        ...codeInputs(options.builders),
        ...codeInputs(options.inspectors),
        '{workspaceRoot}/nx.json',
      ],
      metadata: metadata(`Check the files of ${name} for every release and platform`, `npx nx run ${name}:check`),
    },
    overrides: {
      executor: `${facts.executors}:overrides`,
      ...configured,
      metadata: metadata(
        `List the override files of ${name} and which variant's file wins`,
        `npx nx run ${name}:overrides`,
      ),
    },
    test: {
      executor: `${facts.executors}:test`,
      cache: true,
      dependsOn: ['build'],
      // variant.yaml among them says which findings are allowed.
      inputs: [...buildInputs(facts, options), ...codeInputs(options.inspectors)],
      outputs: ['{projectRoot}/dist/test.json', '{projectRoot}/dist/test.junit.xml'],
      ...configured,
      metadata: metadata(`Look into the built image of ${name}`, `npx nx test ${name}`),
    },
    boot: {
      executor: `${facts.executors}:boot`,
      cache: true,
      dependsOn: ['build'],
      inputs: bootInputs(facts, options),
      outputs: ['{projectRoot}/dist/boot.json', '{projectRoot}/dist/boot.junit.xml', '{projectRoot}/dist/boot.log'],
      ...configured,
      metadata: metadata(`Boot the image of ${name} and run its boot-checks.yaml inside`, `npx nx boot ${name}`, {
        vm: { description: "Boot in a virtual machine, with the image's own kernel" },
        timeout: { description: 'Seconds that the system may take to start' },
      }),
    },
    lock: {
      executor: `${facts.executors}:lock`,
      // Where packages are resolved: in the parent, with what the dep-builder made.
      dependsOn: buildDependsOn(facts, options),
      ...configured,
      metadata: metadata(`Lock the packages of ${name}: builds install exactly those`, `npx nx run ${name}:lock`, {
        check: { description: 'Write nothing; print what is newer, and fail if anything is' },
      }),
    },
    changes: {
      executor: `${facts.executors}:changes`,
      ...configured,
      metadata: metadata(`Print what changed in the packages of ${name}`, `npx nx run ${name}:changes`, {
        old: { description: 'A file or a revision of git with the lock before; HEAD when not given' },
        from: { description: 'The image before; compares images instead of locks' },
      }),
    },
    shell: {
      executor: `${facts.executors}:shell`,
      ...configured,
      metadata: metadata(`Open a shell in the built image of ${name}; changes are thrown away`, `npx nx shell ${name}`),
    },
    push: {
      executor: `${facts.executors}:push`,
      dependsOn: ['build'],
      ...configured,
      metadata: metadata(`Push the image of ${name} to a registry by digest`, `npx nx run ${name}:push`, {
        registry: { description: 'Registry and namespace, like quay.io/immutablue' },
      }),
    },
  };
}

/** The targets of the project of all images. */
export function imagesTargets(executors: string): Record<string, TargetConfiguration> {
  return {
    gc: {
      executor: `${executors}:gc`,
      // The project has no file of its own, and Nx asks for those unless it is told others.
      inputs: ['{workspaceRoot}/nx.json'],
      metadata: metadata('Remove images that were built here and are not needed any more', 'npx nx run images:gc', {
        'dry-run': { description: 'Only say what would be removed' },
        'disk-size': { description: 'How much the images may take, like "20 GB"' },
      }),
    },
  };
}

interface ConfiguredTarget {
  readonly configurations: Record<string, { upstream: UpstreamProfileName; release: string }>;
  readonly defaultConfiguration: string;
}

/** `lab` is the default; `f44`, `f43` … are the real registries with that release. */
function configurations({ lab, releases }: PluginOptions): ConfiguredTarget {
  const configured: ConfiguredTarget['configurations'] = {};
  if (lab !== undefined) configured['lab'] = { upstream: 'lab', release: releases[0] };
  for (const release of releases) configured[`f${release}`] = { upstream: 'fedora', release };
  return { configurations: configured, defaultConfiguration: lab === undefined ? `f${releases[0]}` : 'lab' };
}

function buildDependsOn(facts: VariantFacts, options: PluginOptions): NonNullable<TargetConfiguration['dependsOn']> {
  return [...parentDependsOn(facts, options), ...(facts.hasDependencies ? ['deps'] : [])];
}

/** The parent's image alone, not everything that the project depends on. */
function parentDependsOn(
  { variant }: VariantFacts,
  options: PluginOptions,
): NonNullable<TargetConfiguration['dependsOn']> {
  const parent = variant.from.kind === 'variant' ? [{ projects: [variant.from.name], target: 'build' }] : [];
  const lab = options.lab === undefined ? [] : [{ projects: [options.lab], target: labTarget(variant) }];
  return [...parent, ...lab];
}

/** The lab's images for another architecture take minutes to make: only those who need them ask for them. */
function labTarget(variant: Variant): string {
  const [platform] = variant.platforms;
  return platform === undefined || platform === PLATFORMS[0] ? 'up' : `up-${architectureOf(platform)}`;
}

function buildInputs(facts: VariantFacts, options: PluginOptions): Inputs {
  return [...overrideInputs(facts), ...imageInputs(options), LOCK];
}

/** Definitions are not here: the hashers of these targets count them without comments, which Nx would not. */
function imageInputs(options: PluginOptions): Inputs {
  return [
    ...codeInputs(options.builders),
    '{workspaceRoot}/nx.json',
    // The parent's result, not its sources: a change in the parent that gives the same image rebuilds nothing here.
    { dependentTasksOutputFiles: '**/dist/{image,dependencies,lab,lab-aarch64}.json', transitive: false },
    { env: 'IMMUTABLUE_CACHE_DIR' },
  ];
}

function bootInputs(facts: VariantFacts, options: PluginOptions): Inputs {
  return [...buildInputs(facts, options), ...bootChecksInputs(facts, options), ...codeInputs(options.inspectors)];
}

/** What is checked is inherited: the files of all that the image stands on count, too. */
function bootChecksInputs({ lineage, variant }: VariantFacts, options: PluginOptions): Inputs {
  return [...lineage, variant.name].map((name) => `{workspaceRoot}/${options.variants}/${name}/boot-checks.yaml`);
}

function overrideInputs({ variant }: VariantFacts): Inputs {
  // What the applied variants add to the root filesystem is added here too, from their files.
  const applied: Inputs = variant.applied.length === 0 ? [] : [{ input: 'overrides', projects: [...variant.applied] }];
  return [`{projectRoot}/${OVERRIDES}`, ...applied];
}

function sourceInputs(facts: VariantFacts): Inputs {
  const { applied } = facts.variant;
  return [
    ...overrideInputs(facts),
    ...DEFINITIONS.map((pattern) => `{projectRoot}/${pattern}`),
    ...(applied.length === 0 ? [] : [{ input: 'definitions', projects: [...applied] }]),
  ];
}

/** The code that does the work is an input too. */
function codeInputs(projects: readonly string[]): Inputs {
  return projects.length === 0 ? [] : [{ input: 'production', projects: [...projects] }];
}

/** The named inputs that {@link variantTargets} refers to. */
export const NAMED_INPUTS = {
  definitions: DEFINITIONS.map((pattern) => `{projectRoot}/${pattern}`),
  overrides: [`{projectRoot}/${OVERRIDES}`],
};

function metadata(
  description: string,
  command: string,
  options: Record<string, { description: string }> = {},
): NonNullable<TargetConfiguration['metadata']> {
  return {
    description,
    technologies: ['buildah'],
    help: { command: `${command} --help`, example: { options } },
  };
}
