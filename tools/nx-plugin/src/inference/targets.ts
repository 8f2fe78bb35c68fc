import type { TargetConfiguration } from '@nx/devkit';
import { optionHelp } from '@immutablue/executor';
import { ARCHITECTURES, FOLDER_PARTS, type UpstreamProfileName, type Variant } from '@immutablue/variant';
import { COMMANDS } from '../executors/commands';
import type { CommandDefinition } from '../shared/command';
import { ownArchitecture } from '../shared/left-out';
import type { PluginOptions } from '../shared/settings';

/** What inference knows of a variant besides its variant.yaml. */
export interface VariantFacts {
  readonly variant: Variant;
  /** What Nx calls a variant, by its name. */
  readonly projectOf: (variant: string) => string;
  /** Whether it, or a variant that it applies, has `deps/Containerfile`. */
  readonly hasDepBuilder: boolean;
  /** All that it stands on or applies, the lowest first. */
  readonly lineage: readonly string[];
  /** The package that has the executors, as targets name it. */
  readonly executors: string;
}

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** What an image is made from, in the folder of a variant: all but what does not count. */
const COUNTED = [
  '{projectRoot}/**/*',
  ...FOLDER_PARTS.filter(({ role }) => role === 'not-counted').flatMap(({ name }) => [
    `!{projectRoot}/${name}`,
    `!{projectRoot}/${name}/**/*`,
  ]),
];

/** What the tasks of variants are made from is said here for people and for `nx affected`; their hashers ask the plan. */
export const NAMED_INPUTS = {
  counted: COUNTED,
  depBuilder: ['variant.yaml', 'packages.yaml', 'deps/**/*'].map((name) => `{projectRoot}/${name}`),
};

/** The targets of a variant, all inferred from its variant.yaml: one for each command that works on variants. */
export function variantTargets(facts: VariantFacts, options: PluginOptions): Record<string, TargetConfiguration> {
  const configured = configurations(options);
  const targets = COMMANDS.filter(({ definition }) => definition.projects === 'variants').map(({ definition }) => [
    definition.name,
    {
      ...targetOf(definition, facts.projectOf(facts.variant.name), facts.executors),
      ...(takesSelection(definition) ? selected(definition, configured) : {}),
      ...RULES[definition.name]?.(facts, options),
    },
  ]);
  const { deps, ...always } = Object.fromEntries(targets) as Record<string, TargetConfiguration>;
  return facts.hasDepBuilder && deps !== undefined ? { ...always, deps } : always;
}

/** The targets of the project of all images. */
export function imagesTargets(executors: string): Record<string, TargetConfiguration> {
  const targets = COMMANDS.filter(({ definition }) => definition.projects === 'images').map(({ definition }) => [
    definition.name,
    // The project has no file of its own, and Nx asks for those unless it is told others.
    { ...targetOf(definition, 'images', executors), inputs: ['{workspaceRoot}/nx.json'] },
  ]);
  return Object.fromEntries(targets) as Record<string, TargetConfiguration>;
}

function targetOf(definition: CommandDefinition, project: string, executors: string): TargetConfiguration {
  return {
    executor: `${executors}:${definition.name}`,
    metadata: {
      description: definition.describe(project),
      technologies: ['buildah'],
      help: {
        command: `npx nx run ${project}:${definition.name} --help`,
        example: { options: optionHelp(definition) },
      },
    },
  };
}

/** Whether a command is about one of a variant's images, and not all of them. */
function takesSelection({ options }: CommandDefinition): boolean {
  return 'release' in options.shape;
}

/** A check is about all of them unless one is named; any other command is about one. */
function selected({ name }: CommandDefinition, configured: ConfiguredTarget): Partial<ConfiguredTarget> {
  return name === 'check' ? { configurations: configured.configurations } : configured;
}

/** What Nx has to know of a target besides: what runs before it, and for cached ones what it reads and leaves. */
type Rules = Pick<TargetConfiguration, 'cache' | 'dependsOn' | 'inputs' | 'outputs'>;

const RULES: Partial<Record<string, (facts: VariantFacts, options: PluginOptions) => Rules>> = {
  build: (facts, options) => ({
    cache: true,
    dependsOn: buildDependsOn(facts, options),
    inputs: buildInputs(facts, options),
    outputs: ['{projectRoot}/dist/image.json', '{projectRoot}/dist/build.log', '{projectRoot}/dist/timings.json'],
  }),
  deps: (facts, options) => ({
    cache: true,
    dependsOn: parentDependsOn(facts, options),
    inputs: imageInputs('depBuilder', facts, options),
    outputs: ['{projectRoot}/dist/dep-builders.json', '{projectRoot}/dist/deps.log'],
  }),
  // What a build would find there, which brings the lab up first.
  explain: ({ variant }, options) => ({ dependsOn: labDependsOn(variant, options) }),
  check: (facts, options) => ({
    cache: true,
    inputs: inspectionInputs(facts, options),
  }),
  test: (facts, options) => ({
    cache: true,
    dependsOn: ['build'],
    // variant.yaml among them says which findings are allowed.
    inputs: inspectionInputs(facts, options),
    outputs: ['{projectRoot}/dist/test.json', '{projectRoot}/dist/test.junit.xml'],
  }),
  boot: (facts, options) => ({
    cache: true,
    dependsOn: ['build'],
    inputs: inspectionInputs(facts, options),
    outputs: ['{projectRoot}/dist/boot.json', '{projectRoot}/dist/boot.junit.xml', '{projectRoot}/dist/boot.log'],
  }),
  // Where packages are resolved: in the parent, with what the dep-builder made.
  lock: (facts, options) => ({ dependsOn: buildDependsOn(facts, options) }),
  // Scripts run where a build runs them: on the parent, after what the dep-builder made was copied.
  reads: (facts, options) => ({
    cache: true,
    dependsOn: buildDependsOn(facts, options),
    inputs: buildInputs(facts, options),
  }),
};

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
  return [...parentDependsOn(facts, options), ...(facts.hasDepBuilder ? ['deps'] : [])];
}

/** The parent's image alone, not everything that the project depends on. */
function parentDependsOn(
  { variant, projectOf }: VariantFacts,
  options: PluginOptions,
): NonNullable<TargetConfiguration['dependsOn']> {
  const parent = variant.from.kind === 'variant' ? [{ projects: [projectOf(variant.from.name)], target: 'build' }] : [];
  return [...parent, ...labDependsOn(variant, options)];
}

function labDependsOn(variant: Variant, { lab }: PluginOptions): NonNullable<TargetConfiguration['dependsOn']> {
  return lab === undefined ? [] : [{ projects: [lab], target: labTarget(variant) }];
}

/** The lab's images for another architecture take minutes to make: only those who need them ask for them. */
export function labTarget(variant: Variant): string {
  const architecture = ownArchitecture(variant);
  return architecture === ARCHITECTURES[0] ? 'up' : `up-${architecture}`;
}

function buildInputs(facts: VariantFacts, options: PluginOptions): Inputs {
  return imageInputs('counted', facts, options);
}

function imageInputs(
  input: keyof typeof NAMED_INPUTS,
  { variant, projectOf }: VariantFacts,
  options: PluginOptions,
): Inputs {
  return [
    input,
    // What the applied variants add to the root filesystem is added here too, from their files.
    ...(variant.applied.length === 0 ? [] : [{ input, projects: variant.applied.map(projectOf) }]),
    ...codeInputs(options.builders),
    '{workspaceRoot}/nx.json',
    ...(options.signing === undefined ? [] : [`{workspaceRoot}/${options.signing.publicKey}`]),
    // The parent's result, not its sources: a change in the parent that gives the same image rebuilds nothing here.
    { dependentTasksOutputFiles: '**/dist/{image,dep-builders,lab,lab-aarch64}.json', transitive: false },
    { env: 'IMMUTABLUE_CACHE_DIR' },
  ];
}

function inspectionInputs(facts: VariantFacts, options: PluginOptions): Inputs {
  return [...buildInputs(facts, options), ...bootChecksInputs(facts, options), ...codeInputs(options.inspectors)];
}

/** What is checked is inherited: the files of all that the image stands on count, too. */
function bootChecksInputs({ lineage, variant }: VariantFacts, options: PluginOptions): Inputs {
  return [...lineage, variant.name].map((name) => `{workspaceRoot}/${options.variants}/${name}/boot-checks.yaml`);
}

/** The code that does the work is an input too. */
function codeInputs(projects: readonly string[]): Inputs {
  return projects.length === 0 ? [] : [{ input: 'production', projects: [...projects] }];
}
