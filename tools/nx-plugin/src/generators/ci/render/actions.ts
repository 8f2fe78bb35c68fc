import type { Fact, Job, Pipeline, Purpose, Step, Value, VariantJob, Workflow } from '../pipeline/pipeline';
import { VARIABLES } from '../pipeline/variables';
import { CHECKOUT, NODE_VERSION, pinned, SETUP_NODE } from './pins';
import { HOURS, MINUTES, SCHEDULE } from './times';
import { renderYaml, unlessEmpty } from './yaml';

/** What GitHub and Forgejo, whose workflows are GitHub's, understand differently. */
interface Dialect {
  readonly folder: string;
  /** In front of the names of actions. Forgejo would take these from a server of its own, or what its administrator has set. */
  readonly actions: string;
  /** Whether jobs say what their token may do. Forgejo's may write in runs of pushes, and read in those of pull requests. */
  readonly permissions: 'said' | 'fixed';
}

const DIALECTS = {
  github: { folder: '.github/workflows', actions: '', permissions: 'said' },
  forgejo: { folder: '.forgejo/workflows', actions: 'https://github.com/', permissions: 'fixed' },
} as const satisfies Record<string, Dialect>;

export type ActionsProvider = keyof typeof DIALECTS;

const FILES: Readonly<Record<Purpose, string>> = {
  'pull-request': 'images-pull-request.yml',
  publish: 'images.yml',
  weekly: 'images-weekly.yml',
};

/**
 * The workflows for GitHub Actions, or for Forgejo Actions, by their paths in the workspace.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax, https://forgejo.org/docs/latest/user/actions/reference/
 */
export function renderActions(pipeline: Pipeline, provider: ActionsProvider): ReadonlyMap<string, string> {
  const dialect = DIALECTS[provider];
  return new Map(
    pipeline.workflows.map((workflow) => [
      `${dialect.folder}/${FILES[workflow.purpose]}`,
      renderYaml(workflowOf(workflow, pipeline, dialect)),
    ]),
  );
}

function workflowOf({ purpose, jobs }: Workflow, pipeline: Pipeline, dialect: Dialect) {
  return {
    name: FILES[purpose].replace(/\.yml$/, ''),
    on: triggersOf(purpose, pipeline.defaultBranch),
    // Of the jobs that say nothing else.
    permissions: dialect.permissions === 'said' ? {} : undefined,
    concurrency: concurrencyOf(purpose),
    defaults: { run: { shell: 'bash' } },
    jobs: Object.fromEntries(
      jobs.map((job) => [
        idOf(job),
        {
          ...headOf(job, jobs, pipeline),
          permissions: dialect.permissions === 'said' ? permissionsOf(job, purpose, pipeline) : undefined,
          ...bodyOf(job, dialect),
        },
      ]),
    ),
  };
}

/** Never `pull_request_target`, which would run the code of a pull request with secrets. */
function triggersOf(purpose: Purpose, defaultBranch: string): object {
  switch (purpose) {
    case 'pull-request':
      return { pull_request: { branches: [defaultBranch] } };
    case 'publish':
      return { push: { branches: [defaultBranch] } };
    case 'weekly':
      return { schedule: [{ cron: SCHEDULE }], workflow_dispatch: {} };
  }
}

/** A pull request has no use for the run of its last but one commit; what publishes is never stopped in the middle. */
function concurrencyOf(purpose: Purpose): object {
  return purpose === 'pull-request'
    ? { group: '${{ github.workflow }}-${{ github.ref }}', 'cancel-in-progress': true }
    : { group: '${{ github.workflow }}', 'cancel-in-progress': false };
}

function idOf(job: Job): string {
  switch (job.kind) {
    case 'variant':
      return imageJob(job.variant);
    case 'update-locks':
      return `${job.kind}-${job.architecture}`;
    case 'affected':
    case 'verdict':
    case 'prune':
      return job.kind;
  }
}

/** No variant's job is named like one of the others. */
function imageJob(variant: string): string {
  return `image-${variant}`;
}

/** When and where a job runs. */
function headOf(job: Job, jobs: readonly Job[], { runners }: Pipeline): object {
  switch (job.kind) {
    case 'affected':
      return {
        'runs-on': runners.x86_64,
        'timeout-minutes': MINUTES.affected,
        outputs: { variants: '${{ steps.affected.outputs.variants }}' },
      };
    case 'variant':
      return {
        needs: ['affected', ...(job.parent === undefined ? [] : [imageJob(job.parent.variant)])],
        if: conditionOf(job),
        strategy: {
          'fail-fast': false,
          matrix: { include: job.legs.map((leg) => ({ ...leg, runner: runners[leg.architecture] })) },
        },
        'runs-on': '${{ matrix.runner }}',
        'timeout-minutes': HOURS.variant * 60,
      };
    case 'verdict':
      return {
        needs: jobs.filter((other) => other !== job).map(idOf),
        if: '${{ always() }}',
        'runs-on': runners.x86_64,
        'timeout-minutes': MINUTES.verdict,
      };
    case 'update-locks':
      return { 'runs-on': runners[job.architecture], 'timeout-minutes': HOURS.updateLocks * 60 };
    case 'prune':
      return { 'runs-on': runners.x86_64, 'timeout-minutes': MINUTES.prune };
  }
}

/**
 * An affected variant is built when its parent was, and when the parent is not affected. Without a function of status in it GitHub
 * adds `success()`, by which a skipped parent skips its children; with `always()` alone, or with "skipped is good", a variant would be
 * built on a parent that was skipped because its own parent failed.
 */
function conditionOf({ project, parent }: VariantJob): string {
  const isAffected = (name: string) => `contains(fromJSON(needs.affected.outputs.variants), '${name}')`;
  const conditions = [
    '!cancelled()',
    "needs.affected.result == 'success'",
    isAffected(project),
    ...(parent === undefined
      ? []
      : [`(needs.${imageJob(parent.variant)}.result == 'success' || !${isAffected(parent.project)})`]),
  ];
  return `\${{ ${conditions.join(' && ')} }}`;
}

function permissionsOf(job: Job, purpose: Purpose, { registry }: Pipeline): object | undefined {
  const packages = registry.login === 'job-token' ? { packages: 'write' } : {};
  switch (job.kind) {
    case 'affected':
      return { contents: 'read', ...(job.since === 'last-published' ? { actions: 'read' } : {}) };
    case 'variant':
      return { contents: 'read', ...(purpose === 'publish' ? packages : {}) };
    case 'verdict':
      return undefined;
    case 'update-locks':
      return { contents: 'write', 'pull-requests': 'write' };
    case 'prune':
      return { contents: 'read', ...packages };
  }
}

function bodyOf(job: Job, dialect: Dialect): object {
  switch (job.kind) {
    case 'affected': {
      const steps = job.steps.map((step) => stepOf(step, dialect));
      return { steps: steps.map((step, index) => (index === steps.length - 1 ? withOutput(step) : step)) };
    }
    case 'verdict':
      return {
        steps: [
          {
            name: 'fail if an image failed',
            if: "${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}",
            run: 'exit 1',
          },
        ],
      };
    case 'variant':
    case 'update-locks':
    case 'prune':
      return { steps: job.steps.map((step) => stepOf(step, dialect)) };
  }
}

function withOutput(step: object & { readonly run?: string }): object {
  return { id: 'affected', ...step, run: `${step.run ?? ''}echo "variants=$variants" >> "$GITHUB_OUTPUT"\n` };
}

function stepOf(step: Step, { actions }: Dialect): object {
  switch (step.kind) {
    case 'checkout':
      return {
        uses: pinned(CHECKOUT, actions),
        with: { ...(step.history === 'whole' ? { 'fetch-depth': 0 } : {}), 'persist-credentials': false },
      };
    case 'node':
      return { uses: pinned(SETUP_NODE, actions), with: { 'node-version': NODE_VERSION } };
    case 'run': {
      const environment = Object.entries(step.environment).map(([name, value]) => [name, expressionOf(value)]);
      return { name: step.name, env: unlessEmpty(Object.fromEntries(environment) as object), run: step.script };
    }
  }
}

function expressionOf(value: Value): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'secret':
      return `\${{ secrets.${value.name} }}`;
    case 'fact':
      return `\${{ ${FACTS[value.fact]} }}`;
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts */
const FACTS: Readonly<Record<Fact, string>> = {
  'pull-request-base': 'github.event.pull_request.base.sha',
  commit: 'github.sha',
  release: 'matrix.release',
  architecture: 'matrix.architecture',
  'repository-url': "format('{0}/{1}', github.server_url, github.repository)",
  'job-token': 'github.token',
  'job-user': 'github.actor',
  'update-token': `secrets.${VARIABLES.updateToken} || github.token`,
};
