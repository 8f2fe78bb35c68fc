import { ARCHITECTURES, type Architecture, type Release } from '@immutablue/variant';
import type { Fact, Value, VariantJob } from '../pipeline/pipeline';
import { fromSecret, NODES, stepsInContainer, variablesOf, VOLUMES } from './container';
import { HOURS } from './times';
import { renderYamls } from './yaml';

/** The files that are written. */
export const TEKTON_PIPELINES = 'tekton/pipelines.yaml';
export const TEKTON_RUNS = 'tekton/runs.yaml';

const API = 'tekton.dev/v1';

/** What a Task is told: which image to build, from which commit. */
const OF_RUN = ['repository', 'revision', 'release'] as const;
const OF_TASK = ['project', 'projects', 'architecture'] as const;

/**
 * Manifests for Tekton, by their paths in the workspace: a Pipeline for each architecture with a task for each variant, which runs after
 * that of its parent; and a PipelineRun for each release and architecture. https://tekton.dev/docs/pipelines/pipelines/
 */
export function renderTekton(jobs: readonly VariantJob[]): ReadonlyMap<string, string> {
  const architectures = ARCHITECTURES.flatMap((architecture) => {
    const built = jobs.filter(({ legs }) => legs.some((leg) => leg.architecture === architecture));
    return built.length === 0 ? [] : [{ architecture, built }];
  });
  const tasks = new Map(jobs.map((job) => [taskOf(job), task(job)]));
  const pipelines = architectures.map(({ architecture, built }) => pipeline(architecture, built));
  const runs = architectures.flatMap(({ architecture, built }) => {
    const releases = new Set(built.flatMap(({ legs }) => legs.map(({ release }) => release)));
    return [...releases].map((release) => pipelineRun(architecture, release));
  });
  return new Map([
    [TEKTON_PIPELINES, renderYamls([...tasks.values(), ...pipelines])],
    [TEKTON_RUNS, renderYamls(runs)],
  ]);
}

/** Variants with secrets have a Task of their own, so that no other has these. */
function taskOf(job: VariantJob): string {
  const own = secretsIn(job).some((name) => name.startsWith('IMMUTABLUE_SECRET_'));
  return own ? `image-${job.variant}` : 'image';
}

function task(job: VariantJob): object {
  const { image, workingDir, script, volumeMounts } = stepsInContainer(job.steps);
  return {
    apiVersion: API,
    kind: 'Task',
    metadata: { name: taskOf(job) },
    spec: {
      params: [...OF_RUN, ...OF_TASK].map((name) => ({ name })),
      steps: [
        {
          name: 'image',
          image,
          workingDir,
          env: environmentOf(job),
          script,
          // buildah mounts file systems.
          securityContext: { privileged: true },
          volumeMounts,
        },
      ],
      volumes: VOLUMES,
    },
  };
}

function pipeline(architecture: Architecture, jobs: readonly VariantJob[]): object {
  const names = new Set(jobs.map(({ variant }) => variant));
  return {
    apiVersion: API,
    kind: 'Pipeline',
    metadata: { name: pipelineOf(architecture) },
    spec: {
      params: OF_RUN.map((name) => ({ name })),
      tasks: jobs.map((job) => ({
        name: job.variant,
        taskRef: { name: taskOf(job) },
        ...(job.parent !== undefined && names.has(job.parent.variant) ? { runAfter: [job.parent.variant] } : {}),
        timeout: `${HOURS.variant}h`,
        params: [
          ...OF_RUN.map((name) => ({ name, value: `$(params.${name})` })),
          { name: 'project', value: job.project },
          { name: 'projects', value: projectsOf(job) },
          { name: 'architecture', value: architecture },
        ],
      })),
    },
  };
}

function pipelineRun(architecture: Architecture, release: Release): object {
  return {
    apiVersion: API,
    kind: 'PipelineRun',
    metadata: { generateName: `${pipelineOf(architecture)}-${release}-` },
    spec: {
      pipelineRef: { name: pipelineOf(architecture) },
      params: [
        { name: 'repository', value: '<URL of the repository>' },
        { name: 'revision', value: '<commit>' },
        { name: 'release', value: release },
      ],
      // The whole family takes as long as it takes: each task has a timeout.
      timeouts: { pipeline: '0' },
      taskRunTemplate: {
        podTemplate: {
          nodeSelector: { 'kubernetes.io/arch': NODES[architecture] },
          // Builds ask nothing of the cluster.
          automountServiceAccountToken: false,
        },
      },
    },
  };
}

function pipelineOf(architecture: Architecture): string {
  return `images-${architecture.replace('_', '-')}`;
}

function environmentOf({ steps }: VariantJob): readonly object[] {
  return [
    { name: 'REPOSITORY_URL', value: '$(params.repository)' },
    { name: 'COMMIT', value: '$(params.revision)' },
    ...variablesOf(steps).map(([name, value]) => variable(name, value)),
  ];
}

function variable(name: string, value: Value): object {
  // One Task is for many variants.
  if (name === 'PROJECT' || name === 'PROJECTS') return { name, value: `$(params.${name.toLowerCase()})` };
  switch (value.kind) {
    case 'text':
      return { name, value: value.text };
    case 'secret':
      return fromSecret(name, value.name);
    case 'fact':
      return { name, value: factOf(value.fact) };
  }
}

function factOf(fact: Fact): string {
  if (fact === 'release' || fact === 'architecture') return `$(params.${fact})`;
  throw new Error(`the steps of a variant ask for ${fact}, which is one of a CI system`);
}

function projectsOf({ project, steps }: VariantJob): string {
  const value = variablesOf(steps).find(([name]) => name === 'PROJECTS')?.[1];
  return value?.kind === 'text' ? value.text : project;
}

function secretsIn({ steps }: VariantJob): readonly string[] {
  return variablesOf(steps).flatMap(([, value]) => (value.kind === 'secret' ? [value.name] : []));
}
