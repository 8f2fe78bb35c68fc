import { KEY_VARIABLE } from '@immutablue/signing';
import { CI_PROVIDERS } from '../../../shared/ci-settings';
import { pipelineOf } from '../testing/pipeline';
import type { Job, Pipeline, Purpose, RunStep } from './pipeline';

const signed = { signing: { publicKey: 'signing.pub' } };

function jobsOf({ workflows }: Pipeline, purpose: Purpose): readonly Job[] {
  return workflows.filter((workflow) => workflow.purpose === purpose).flatMap(({ jobs }) => jobs);
}

function stepsOf(jobs: readonly Job[]): readonly RunStep[] {
  return jobs
    .flatMap((job) => ('steps' in job ? job.steps : []))
    .flatMap((step) => (step.kind === 'run' ? [step] : []));
}

function describeJob(job: Job): string {
  switch (job.kind) {
    case 'variant': {
      const legs = job.legs.map(({ release, architecture }) => `${release} ${architecture}`);
      return `${job.variant} as ${job.project}, after ${job.parent?.variant ?? 'nothing'}: ${legs.join(', ')}`;
    }
    case 'update-locks':
      return `${job.kind} of ${job.architecture}`;
    case 'affected':
      return `${job.kind} since ${job.since}`;
    case 'verdict':
    case 'prune':
      return job.kind;
  }
}

it('has a job for each variant, and an image for each release and architecture of it', () => {
  const pipeline = pipelineOf({ ci: { provider: 'github' } });
  expect(pipeline.workflows.map(({ purpose, jobs }) => [purpose, ...jobs.map(describeJob)])).toMatchInlineSnapshot(`
   [
     [
       "pull-request",
       "affected since pull-request-base",
       "base as base, after nothing: 44 x86_64, 43 x86_64",
       "asahi as asahi, after nothing: 44 aarch64, 43 aarch64",
       "wide as wide, after nothing: 44 x86_64, 44 aarch64, 43 x86_64, 43 aarch64",
       "broad as broad, after wide: 44 x86_64, 44 aarch64, 43 x86_64, 43 aarch64",
       "cyan as cyan, after base: 44 x86_64, 43 x86_64",
       "navy as @org/navy, after base: 44 x86_64, 43 x86_64",
       "teal as teal, after cyan: 44 x86_64, 43 x86_64",
       "verdict",
     ],
     [
       "publish",
       "affected since last-published",
       "base as base, after nothing: 44 x86_64, 43 x86_64",
       "asahi as asahi, after nothing: 44 aarch64, 43 aarch64",
       "wide as wide, after nothing: 44 x86_64, 44 aarch64, 43 x86_64, 43 aarch64",
       "broad as broad, after wide: 44 x86_64, 44 aarch64, 43 x86_64, 43 aarch64",
       "cyan as cyan, after base: 44 x86_64, 43 x86_64",
       "navy as @org/navy, after base: 44 x86_64, 43 x86_64",
       "teal as teal, after cyan: 44 x86_64, 43 x86_64",
     ],
     [
       "weekly",
       "update-locks of x86_64",
       "update-locks of aarch64",
       "prune",
     ],
   ]
  `);
});

it.each([
  ['github', 'last-published'],
  ['forgejo', 'beginning'],
  ['gitlab', 'beginning'],
] as const)('publishes on %s what is affected since: %s', (provider, since) => {
  expect(jobsOf(pipelineOf({ ci: { provider } }), 'publish')[0]).toMatchObject({ kind: 'affected', since });
});

describe.each(CI_PROVIDERS)('on %s', (provider) => {
  const pipeline = pipelineOf({ ci: { provider }, ...signed });

  it('pull requests have no secret and no token, read the memory and write nowhere, and publish nothing', () => {
    const steps = stepsOf(jobsOf(pipeline, 'pull-request'));
    const values = steps.flatMap(({ environment }) => Object.values(environment));
    expect(values.map(({ kind }) => kind)).not.toContain('secret');
    expect(values.map((value) => (value.kind === 'fact' ? value.fact : ''))).not.toEqual(
      expect.arrayContaining([expect.stringContaining('token')]),
    );
    expect(steps.flatMap(({ environment }) => Object.keys(environment))).toContain('IMMUTABLUE_CACHE_REPOSITORY');
    expect(steps.flatMap(({ environment }) => Object.keys(environment))).not.toContain(
      'IMMUTABLUE_CACHE_REPOSITORY_WRITE',
    );
    expect(steps.filter(({ script }) => /publish|push|login/.test(script))).toEqual([]);
  });

  it('the signing key is where images and entries of the memory are signed, and nowhere else', () => {
    const steps = pipeline.workflows.flatMap(({ purpose, jobs }) =>
      stepsOf(jobs)
        .filter(({ environment }) => KEY_VARIABLE in environment)
        .map(({ name }) => `${purpose}: ${name}`),
    );
    expect([...new Set(steps)]).toEqual(['publish: build and test', 'publish: publish']);
  });

  it('the token that may push is in the last step of a weekly job alone', () => {
    const names = pipeline.workflows.flatMap(({ jobs }) =>
      stepsOf(jobs)
        .filter(({ environment }) =>
          Object.values(environment).some((value) => value.kind === 'fact' && value.fact === 'update-token'),
        )
        .map(({ name }) => name),
    );
    expect([...new Set(names)]).toEqual(['open the pull request']);
  });
});

it('has neither a signing key nor a memory in a workspace whose images are not signed', () => {
  const { workflows } = pipelineOf({ ci: { provider: 'github' } });
  const names = workflows.flatMap(({ jobs }) => stepsOf(jobs)).flatMap(({ environment }) => Object.keys(environment));
  expect(names).toContain('REGISTRY_PASSWORD');
  expect(names.filter((name) => /SIGNING|CACHE/.test(name))).toEqual([]);
});

it('gives the secrets of a variant to its build and to those of its children, which may have to build it', () => {
  const jobs = jobsOf(pipelineOf({ ci: { provider: 'github' } }), 'publish');
  const withSecret = jobs.filter((job) =>
    stepsOf([job]).some(
      ({ name, environment }) => name === 'build and test' && 'IMMUTABLUE_SECRET_MOK_KEY' in environment,
    ),
  );
  expect(withSecret.map((job) => ('variant' in job ? job.variant : job.kind))).toEqual(['cyan', 'teal']);
});

it('builds with an architecture that is not its first what it stands on, too', () => {
  const jobs = jobsOf(pipelineOf({ ci: { provider: 'github' } }), 'pull-request');
  const projects = jobs.map((job) => stepsOf([job]).at(-1)?.environment['PROJECTS']);
  expect(projects).toContainEqual({ kind: 'text', text: 'wide,broad' });
  expect(projects).toContainEqual({ kind: 'text', text: 'teal' });
});

it('builds a variant of one architecture with a parent of several, whose first may be another', () => {
  const family = {
    wide: 'from: quay.io/other/image\nplatforms: [linux/amd64, linux/arm64]',
    narrow: 'from: wide\nplatforms: [linux/arm64]',
  };
  const jobs = jobsOf(pipelineOf({ ci: { provider: 'github' } }, family), 'pull-request');
  expect(stepsOf(jobs).at(-1)?.environment['PROJECTS']).toEqual({ kind: 'text', text: 'wide,narrow' });
});

describe('results of Nx in a registry', () => {
  const nxCache = 'quay.io/someone/nx-cache';
  const usesOf = (options: object) =>
    pipelineOf({ ci: { provider: 'github', ...options }, ...signed }).workflows.flatMap(({ purpose, jobs }) =>
      stepsOf(jobs).flatMap(({ name, script, environment }) => {
        const use = /immutablue-nx-cache (\S+) "\$NX_CACHE"/.exec(script)?.[1];
        return use === undefined ? [] : [`${purpose}, ${name}: ${use} ${JSON.stringify(environment['NX_CACHE'])}`];
      }),
    );

  it('are taken by pull requests, and kept by the default branch, which signs them', () => {
    expect([...new Set(usesOf({ nxCache }))]).toEqual([
      `pull-request, build and test: --read {"kind":"text","text":"${nxCache}"}`,
      `publish, build and test: --write {"kind":"text","text":"${nxCache}"}`,
    ]);
  });

  it('are of no concern where nx.json names none', () => {
    expect(usesOf({})).toEqual([]);
  });
});

it('locks parents before their children, each architecture on its own', () => {
  const jobs = jobsOf(pipelineOf({ ci: { provider: 'github' } }), 'weekly');
  const lists = stepsOf(jobs).flatMap(({ name, environment }) =>
    name === 'lock newer packages' ? [[environment['ARCHITECTURE'], environment['VARIANTS']]] : [],
  );
  expect(lists).toEqual([
    [
      { kind: 'text', text: 'x86_64' },
      {
        kind: 'text',
        text: 'base packages/base\nwide packages/wide\nbroad packages/broad\ncyan packages/cyan\n@org/navy packages/navy\nteal packages/teal',
      },
    ],
    [
      { kind: 'text', text: 'aarch64' },
      { kind: 'text', text: 'asahi packages/asahi\nwide packages/wide\nbroad packages/broad' },
    ],
  ]);
});

it.each([
  ['github', 'ghcr.io/someone', 'job-token'],
  ['github', 'quay.io/immutablue', 'secrets'],
  ['forgejo', 'codeberg.org/someone', 'secrets'],
  ['gitlab', 'registry.gitlab.com/group/images', 'job-token'],
  ['gitlab', 'ghcr.io/someone', 'secrets'],
] as const)('%s logs in to %s by %s', (provider, registry, login) => {
  const [host] = registry.split('/');
  expect(pipelineOf({ ci: { provider }, registry }).registry).toEqual({ host, login });
});

it('takes the runners that nx.json names', () => {
  expect(pipelineOf({ ci: { provider: 'forgejo', runners: { aarch64: 'mac-mini' } } }).runners).toEqual({
    x86_64: 'docker',
    aarch64: 'mac-mini',
  });
});
