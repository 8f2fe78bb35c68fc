import {
  ARCHITECTURES,
  architectureOf,
  lineageOf,
  type Architecture,
  type Family,
  type Variant,
  type VariantName,
} from '@immutablue/variant';
import type { CiProvider } from '../../../shared/ci-settings';
import type { PluginOptions } from '../../../shared/settings';
import type { Job, Leg, Pipeline, Purpose, RegistryLogin, Since, VariantJob, WorkerJob } from './pipeline';
import {
  affectedSteps,
  pruneSteps,
  updateLocksSteps,
  variantSteps,
  workerSteps,
  type RegistryQuery,
  type StepsQuery,
} from './steps';
import { secretVariable } from './variables';

/** What the jobs of variants are made from. */
export interface VariantsQuery {
  readonly family: Family;
  /** What Nx calls a variant. */
  readonly projectOf: (variant: string) => string;
  readonly options: PluginOptions;
}

/** What a pipeline is made from. */
export interface PipelineQuery extends VariantsQuery {
  readonly options: PluginOptions & { readonly ci: NonNullable<PluginOptions['ci']> };
  readonly defaultBranch: string;
}

/** The labels of runners that a provider offers, or whose setup proposes them. */
const RUNNERS: Readonly<Record<CiProvider, Readonly<Record<Architecture, string>>>> = {
  // https://docs.github.com/actions/reference/runners/github-hosted-runners
  github: { x86_64: 'ubuntu-24.04', aarch64: 'ubuntu-24.04-arm' },
  forgejo: { x86_64: 'docker', aarch64: 'docker-arm64' },
  // https://docs.gitlab.com/ci/runners/hosted_runners/linux/
  gitlab: { x86_64: 'saas-linux-medium-amd64', aarch64: 'saas-linux-medium-arm64' },
};

/** The registry of a provider, to which its jobs may write without a secret. */
const OWN_REGISTRIES: Readonly<Record<CiProvider, string | undefined>> = {
  github: 'ghcr.io',
  forgejo: undefined,
  gitlab: 'registry.gitlab.com',
};

/** The jobs for the images of a family. Pure. */
export function createPipeline(query: PipelineQuery): Pipeline {
  const { options, defaultBranch } = query;
  const { provider, runners } = options.ci;
  const steps: StepsQuery = { provider, defaultBranch, ...registryQuery(options, OWN_REGISTRIES[provider]) };
  return {
    provider,
    defaultBranch,
    registry: steps.registry,
    runners: { ...RUNNERS[provider], ...runners },
    workflows: [
      { purpose: 'pull-request', jobs: [...imageJobs('pull-request', query, steps), { kind: 'verdict' }] },
      { purpose: 'publish', jobs: imageJobs('publish', query, steps) },
      { purpose: 'weekly', jobs: weeklyJobs(query, steps) },
    ],
  };
}

/** The jobs that build, test and publish all variants, for an engine that gives no right to write to a registry. Pure. */
export function createPublishJobs(query: VariantsQuery): readonly VariantJob[] {
  const steps = registryQuery(query.options, undefined);
  return query.family.variants.map((variant) => variantJob(variant, 'publish', query, steps));
}

/**
 * The jobs of workers that build all variants together, for each release and architecture. Pure.
 *
 * @param workers how many there are for each.
 */
export function createWorkers(query: VariantsQuery, workers: number): readonly WorkerJob[] {
  const { family, projectOf, options } = query;
  return ARCHITECTURES.flatMap((architecture) => {
    const variants = family.variants.filter(({ platforms }) => platforms.map(architectureOf).includes(architecture));
    if (variants.length === 0) return [];
    const steps = workerSteps(registryQuery(options, undefined), {
      builds: variants.map((variant) => builtTogether(family, variant).map(projectOf)),
      secrets: [...new Set(variants.flatMap((variant) => secretsOf(family, variant)))],
      workers,
    });
    return options.releases.map((release) => ({ release, architecture, workers, steps }));
  });
}

/** @param own the registry to which jobs may write as such. */
function registryQuery({ registry, signing, cache, ci }: PluginOptions, own: string | undefined): RegistryQuery {
  const [host = registry] = registry.split('/');
  const login: RegistryLogin = host === own ? 'job-token' : 'secrets';
  return {
    registry: { host, login },
    signed: signing === undefined ? undefined : { memory: cache?.repository ?? `${registry}/cache` },
    nxCache: ci?.nxCache,
  };
}

function imageJobs(purpose: Exclude<Purpose, 'weekly'>, query: PipelineQuery, steps: StepsQuery): readonly Job[] {
  const since = sinceOf(purpose, steps.provider);
  return [
    { kind: 'affected', since, steps: affectedSteps(since, steps) },
    ...query.family.variants.map((variant) => variantJob(variant, purpose, query, steps)),
  ];
}

function sinceOf(purpose: Exclude<Purpose, 'weekly'>, provider: CiProvider): Since {
  if (purpose === 'pull-request') return 'pull-request-base';
  return provider === 'github' ? 'last-published' : 'beginning';
}

function variantJob(
  variant: Variant,
  purpose: Exclude<Purpose, 'weekly'>,
  { family, projectOf, options }: VariantsQuery,
  steps: RegistryQuery,
): VariantJob {
  const { name, from } = variant;
  const project = projectOf(name);
  return {
    kind: 'variant',
    variant: name,
    project,
    parent: from.kind === 'upstream' ? undefined : { variant: from.name, project: projectOf(from.name) },
    legs: legsOf(variant, options),
    steps: variantSteps(steps, {
      purpose,
      project,
      projects: builtTogether(family, variant).map(projectOf),
      secrets: secretsOf(family, variant),
    }),
  };
}

/**
 * The variants that a command for an architecture has to name to build one, which is the last of them: Nx passes `--architecture` on to the
 * projects that are named, and not to what they depend on, which are built for the first of their platforms.
 */
function builtTogether(family: Family, variant: Variant): readonly VariantName[] {
  const lineage = lineageOf(family, variant);
  const members = lineage.every(({ platforms }) => platforms.length === 1) ? [variant] : lineage;
  return members.map(({ name }) => name);
}

function legsOf({ platforms }: Variant, { releases }: PluginOptions): readonly Leg[] {
  return releases.flatMap((release) =>
    platforms.map((platform) => ({ release, architecture: architectureOf(platform) })),
  );
}

/** The variables of the secrets that a build may use: where the parent has to be built, that uses its own. */
function secretsOf(family: Family, variant: Variant): readonly string[] {
  const members = lineageOf(family, variant).flatMap((member) => [
    ...member.applied.map((applied) => family.variant(applied)),
    member,
  ]);
  const names = members.flatMap(({ definition }) => definition.secrets.map(({ value }) => value));
  return [...new Set(names)].map(secretVariable);
}

function weeklyJobs({ family, projectOf, options }: PipelineQuery, steps: StepsQuery): readonly Job[] {
  const architectures = [...new Set(family.variants.flatMap(({ platforms }) => platforms.map(architectureOf)))];
  return [
    ...architectures.map((architecture): Job => {
      // Parents first.
      const variants = family.variants
        .filter(({ platforms }) => platforms.some((platform) => architectureOf(platform) === architecture))
        .map((variant) => ({
          project: projectOf(variant.name),
          folder: `${options.variants}/${variant.name}`,
          secrets: secretsOf(family, variant),
        }));
      return {
        kind: 'update-locks',
        architecture,
        steps: updateLocksSteps(steps, architecture, options.releases, variants),
      };
    }),
    { kind: 'prune', steps: pruneSteps(steps) },
  ];
}
