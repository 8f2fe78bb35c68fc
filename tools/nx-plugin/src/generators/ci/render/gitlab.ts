import type { Fact, Job, Pipeline, Purpose, Step, Value, VariantJob } from '../pipeline/pipeline';
import { VARIABLES } from '../pipeline/variables';
import { JOB_IMAGE } from './pins';
import { HOURS, MINUTES } from './times';
import { renderYaml, unlessEmpty } from './yaml';

/** The file that is written, and the one of the workspace's own that includes it. */
export const GITLAB_FILE = '.gitlab/ci/images.yml';
export const GITLAB_MAIN_FILE = '.gitlab-ci.yml';

/** What jobs have in the working tree of the one that says which variants are affected. */
const AFFECTED_FILE = 'affected.json';

/** The file for GitLab CI/CD, by its path in the workspace. https://docs.gitlab.com/ci/yaml/ */
export function renderGitlab(pipeline: Pipeline): ReadonlyMap<string, string> {
  const jobs = pipeline.workflows.flatMap(({ purpose, jobs: all }) =>
    all.flatMap((job) => {
      const rendered = renderJob(job, purpose, pipeline);
      return rendered === undefined
        ? []
        : [[nameOf(job, purpose), { ...rendered, rules: [{ if: RULES[purpose] }] }] as const];
    }),
  );
  return new Map([[GITLAB_FILE, renderYaml(Object.fromEntries(jobs))]]);
}

/** When a job is in a pipeline. The schedule is one of the project's: no file can have it. */
const RULES: Readonly<Record<Purpose, string>> = {
  'pull-request': '$CI_PIPELINE_SOURCE == "merge_request_event"',
  publish: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
  weekly: '$CI_PIPELINE_SOURCE == "schedule"',
};

function renderJob(job: Job, purpose: Purpose, pipeline: Pipeline): object | undefined {
  const { runners } = pipeline;
  switch (job.kind) {
    case 'affected':
      return {
        ...jobOf(job.steps, runners.x86_64, `${MINUTES.affected} minutes`),
        script: [...scriptsOf(job.steps), `echo "$variants" > ${AFFECTED_FILE}`],
        artifacts: { paths: [AFFECTED_FILE], expire_in: '1 day' },
        interruptible: isInterruptible(purpose),
      };
    case 'variant':
      return variantJob(job, purpose, pipeline);
    case 'verdict':
      // The pipeline's own result says it.
      return undefined;
    case 'update-locks':
      return jobOf(job.steps, runners[job.architecture], `${HOURS.updateLocks} hours`);
    case 'prune':
      return jobOf(job.steps, runners.x86_64, `${MINUTES.prune} minutes`);
  }
}

/**
 * Every variant has a job in each pipeline, as GitLab decides which there are before any of them runs: that of one that is not
 * affected ends at once, successfully.
 */
function variantJob(job: VariantJob, purpose: Purpose, { runners }: Pipeline): object {
  const common = jobOf(job.steps, '$RUNNER', `${HOURS.variant} hours`);
  const unlessAffected = `if ! grep --quiet --fixed-strings "\\"$PROJECT\\"" ${AFFECTED_FILE}; then echo "$PROJECT is not affected"; exit; fi`;
  return {
    ...common,
    needs: [
      { job: nameOf({ kind: 'affected' }, purpose), artifacts: true },
      ...(job.parent === undefined
        ? []
        : [{ job: nameOf({ kind: 'variant', variant: job.parent.variant }, purpose), artifacts: false }]),
    ],
    parallel: {
      matrix: job.legs.map(({ release, architecture }) => ({
        RELEASE: release,
        ARCHITECTURE: architecture,
        RUNNER: runners[architecture],
      })),
    },
    variables: { PROJECT: escaped(job.project), ...common.variables },
    script: [unlessAffected, ...scriptsOf(job.steps)],
    interruptible: isInterruptible(purpose),
    resource_group: purpose === 'publish' ? `${job.variant}-$RELEASE-$ARCHITECTURE` : undefined,
  };
}

/** A new commit stops what runs for the one before it, of a merge request. */
function isInterruptible(purpose: Purpose): true | undefined {
  return purpose === 'pull-request' ? true : undefined;
}

function jobOf(steps: readonly Step[], runner: string, timeout: string) {
  return {
    image: JOB_IMAGE,
    tags: [runner],
    timeout,
    variables: unlessEmpty(variablesOf(steps)),
    script: scriptsOf(steps),
  };
}

type Named = Pick<Exclude<Job, VariantJob>, 'kind'> | Pick<VariantJob, 'kind' | 'variant'>;

/** All are in one file, so the purpose is in the name. */
function nameOf(job: Named & { readonly architecture?: string }, purpose: Purpose): string {
  const own = job.kind === 'variant' ? `image-${job.variant}` : [job.kind, job.architecture].filter(Boolean).join('-');
  return purpose === 'pull-request' ? `${own}:merge-request` : own;
}

function scriptsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'run' ? [step.script] : []));
}

/** Those of all steps: a job has one shell. */
function variablesOf(steps: readonly Step[]): Readonly<Record<string, string>> {
  const entries = steps.flatMap((step) => {
    switch (step.kind) {
      case 'checkout':
        return step.history === 'whole' ? [['GIT_DEPTH', '0'] as const] : [];
      case 'node':
        return [];
      case 'run':
        return Object.entries(step.environment).map(([name, value]) => [name, textOf(value)] as const);
    }
  });
  // What is set already has nothing to be said of.
  return Object.fromEntries(entries.filter(([name, text]) => text !== `$${name}`));
}

function textOf(value: Value): string {
  switch (value.kind) {
    case 'text':
      return escaped(value.text);
    case 'secret':
      return `$${value.name}`;
    case 'fact':
      return FACTS[value.fact];
  }
}

/** GitLab puts the values of variables into those of others. */
function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
const FACTS: Readonly<Record<Fact, string>> = {
  'pull-request-base': '$CI_MERGE_REQUEST_DIFF_BASE_SHA',
  commit: '$CI_COMMIT_SHA',
  release: '$RELEASE',
  architecture: '$ARCHITECTURE',
  'repository-url': '$CI_PROJECT_URL.git',
  'job-token': '$CI_REGISTRY_PASSWORD',
  'job-user': '$CI_REGISTRY_USER',
  'update-token': `$${VARIABLES.updateToken}`,
};
