import { KEY_VARIABLE, PASSWORD_VARIABLE } from '@immutablue/signing';
import type { Architecture } from '@immutablue/variant';
import * as scripts from './scripts';
import type { AffectedJob, Pipeline, Purpose, RunStep, Since, Step, Value } from './pipeline';
import { VARIABLES } from './variables';

type Environment = Readonly<Record<string, Value>>;

/** What the steps of all jobs are made from. */
export interface StepsQuery extends RegistryQuery, Pick<Pipeline, 'provider' | 'defaultBranch'> {}

/** What those steps are made from that work with the registry. */
export interface RegistryQuery extends Pick<Pipeline, 'registry'> {
  /** Where images are signed: the repository that has what was built on the default branch, of which builds take what is signed alone. */
  readonly signed: { readonly memory: string } | undefined;
  /** The repository for results of Nx, if they are kept in one. */
  readonly nxCache: string | undefined;
}

/** What the steps for one variant are made from. */
export interface VariantStepsQuery {
  readonly purpose: Exclude<Purpose, 'weekly'>;
  /** What Nx calls the variant, and what has to be built with the same options. */
  readonly project: string;
  readonly projects: readonly string[];
  /** The variables of the secrets that its build may use. */
  readonly secrets: readonly string[];
}

const NODE_MODULES: readonly Step[] = [{ kind: 'node' }, run('install node_modules', scripts.INSTALL_NODE_MODULES)];
const SETUP: readonly Step[] = [
  { kind: 'checkout', history: 'last' },
  ...NODE_MODULES,
  run('install host tools', scripts.INSTALL_HOST_TOOLS),
];
const LEG: Environment = { RELEASE: fact('release'), ARCHITECTURE: fact('architecture') };

/** The steps that leave in `$variants` of the last one which variants are affected; a provider adds how jobs learn it. */
export function affectedSteps(since: Since, { defaultBranch }: StepsQuery): readonly Step[] {
  const find = run('find what is affected', scriptSince(since), {
    ...environmentSince(since, defaultBranch),
    HEAD: fact('commit'),
  });
  return [{ kind: 'checkout', history: 'whole' }, ...NODE_MODULES, find];
}

function scriptSince(since: AffectedJob['since']): string {
  switch (since) {
    case 'last-published':
      return `${scripts.FIND_LAST_PUBLISHED}\n${scripts.FIND_AFFECTED}`;
    case 'pull-request-base':
    case 'beginning':
      return scripts.FIND_AFFECTED;
  }
}

function environmentSince(since: Since, defaultBranch: string): Environment {
  switch (since) {
    case 'pull-request-base':
      return { BASE: fact('pull-request-base') };
    case 'last-published':
      return { BRANCH: text(defaultBranch), REPOSITORY_URL: fact('repository-url'), GH_TOKEN: fact('job-token') };
    case 'beginning':
      return {};
  }
}

/** The steps that build and test a variant. They publish it for the purpose of that alone, and secrets are in no others. */
export function variantSteps(
  query: RegistryQuery,
  { purpose, project, projects, secrets }: VariantStepsQuery,
): readonly Step[] {
  const build = { ...LEG, PROJECTS: text(projects.join()) };
  switch (purpose) {
    case 'pull-request': {
      const environment = { ...build, ...memory(VARIABLES.cache, query), ...nxCache(query) };
      return [...SETUP, run('build and test', scripts.buildAndTest(useOf(query, 'read')), environment)];
    }
    case 'publish':
      return [
        ...SETUP,
        logIn(query),
        run('build and test', scripts.buildAndTest(useOf(query, 'write')), {
          ...build,
          ...trustedBuild(query, secrets),
        }),
        run('publish', scripts.PUBLISH, {
          ...{ ...LEG, PROJECT: text(project) },
          // What was not built here and not read so far is fetched.
          ...memory(VARIABLES.cache, query),
          ...signingKey(query),
        }),
      ];
  }
}

/** What the steps of several workers are made from. */
export interface WorkerStepsQuery {
  /** For each variant, parents first, what has to be built with the same options; the variant itself is the last of them. */
  readonly builds: readonly (readonly string[])[];
  readonly secrets: readonly string[];
  readonly workers: number;
}

/**
 * The steps of each of several workers, which build and test all variants together, and of the one job that publishes them afterwards.
 * Their scripts have `$REPOSITORY_URL` and `$COMMIT` from the checkout, and `$BASE`, which may be empty.
 */
export function workerSteps(
  query: RegistryQuery,
  { builds, secrets, workers }: WorkerStepsQuery,
): Readonly<Record<'build' | 'publish', readonly Step[]>> {
  const environment = {
    ...LEG,
    VARIANTS: text(builds.map((projects) => projects.join()).join('\n')),
    ...trustedBuild(query, secrets),
  };
  const use = useOf(query, 'write');
  const setup = [...SETUP, logIn(query)];
  return {
    build: [
      ...setup,
      run('build and test', scripts.buildShare(use), { ...environment, WORKERS: text(String(workers)) }),
    ],
    publish: [...setup, run('publish', scripts.publishAll(use), environment)],
  };
}

/** What a build has whose results others take. */
function trustedBuild(query: RegistryQuery, secrets: readonly string[]): Environment {
  return {
    ...memory(VARIABLES.cache, query),
    ...memory(VARIABLES.cacheWrite, query),
    ...nxCache(query),
    ...signingKey(query),
    ...secretsOf(secrets),
  };
}

/** A variant, for those jobs that work on several of them. */
export interface LockedVariant {
  readonly project: string;
  /** Relative to the workspace. */
  readonly folder: string;
  readonly secrets: readonly string[];
}

/** The steps that lock newer packages. The token that may push is in the last one alone. */
export function updateLocksSteps(
  query: StepsQuery,
  architecture: Architecture,
  releases: readonly string[],
  variants: readonly LockedVariant[],
): readonly Step[] {
  const environment = {
    ARCHITECTURE: text(architecture),
    VARIANTS: text(variants.map(({ project, folder }) => `${project} ${folder}`).join('\n')),
  };
  const branch = { BRANCH: text(`update-locks/${architecture}`) };
  const credentials = Object.fromEntries(
    Object.entries(scripts.GIT_CREDENTIALS).map(([name, value]) => [name, text(value)]),
  );
  return [
    ...SETUP,
    run('lock newer packages', scripts.UPDATE_LOCKS, {
      ...environment,
      RELEASES: text(releases.join(' ')),
      ...memory(VARIABLES.cache, query),
      ...secretsOf(variants.flatMap(({ secrets }) => secrets)),
    }),
    run('list the changes', scripts.COMMIT_LOCKS, { ...environment, ...branch }),
    run('open the pull request', scripts.OPEN_PULL_REQUEST[query.provider], {
      ...branch,
      DEFAULT_BRANCH: text(query.defaultBranch),
      COMMIT: fact('commit'),
      REPOSITORY_URL: fact('repository-url'),
      ...credentials,
      UPDATE_TOKEN: fact('update-token'),
      ...(query.provider === 'github' ? { GH_TOKEN: fact('update-token') } : {}),
    }),
  ];
}

export function pruneSteps(query: StepsQuery): readonly Step[] {
  return [...SETUP, logIn(query), run('remove old tags', scripts.PRUNE)];
}

function logIn({ registry: { host, login } }: RegistryQuery): RunStep {
  const credentials: Environment =
    login === 'job-token'
      ? { REGISTRY_USER: fact('job-user'), REGISTRY_PASSWORD: fact('job-token') }
      : { REGISTRY_USER: secret(VARIABLES.registryUser), REGISTRY_PASSWORD: secret(VARIABLES.registryPassword) };
  return run('log in to the registry', scripts.LOG_IN, { REGISTRY: text(host), ...credentials });
}

function memory(variable: string, { signed }: RegistryQuery): Environment {
  return signed === undefined ? {} : { [variable]: text(signed.memory) };
}

function nxCache(query: RegistryQuery): Environment {
  return query.nxCache === undefined ? {} : { NX_CACHE: text(query.nxCache) };
}

function useOf(query: RegistryQuery, use: 'read' | 'write'): scripts.NxCacheUse {
  return query.nxCache === undefined ? 'none' : use;
}

function signingKey({ signed }: RegistryQuery): Environment {
  return signed === undefined ? {} : secretsOf([KEY_VARIABLE, PASSWORD_VARIABLE]);
}

function secretsOf(names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, secret(name)]));
}

function run(name: string, script: string, environment: Environment = {}): RunStep {
  return { kind: 'run', name, script, environment };
}

function text(value: string): Value {
  return { kind: 'text', text: value };
}

function secret(name: string): Value {
  return { kind: 'secret', name };
}

function fact(name: (Value & { kind: 'fact' })['fact']): Value {
  return { kind: 'fact', fact: name };
}
