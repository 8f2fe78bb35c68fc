import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { ISecurityContext } from 'kubernetes-models/v1/SecurityContext';
import type { Value, WorkerJob } from '../pipeline/pipeline';
import { fromSecret, NODES, stepsInContainer, variablesOf, VOLUMES } from './container';
import { renderYamls } from './yaml';

/** The files that are written: the second one's Jobs are for when those of the first have ended. */
export const KUBERNETES_BUILD = 'kubernetes/build.yaml';
export const KUBERNETES_PUBLISH = 'kubernetes/publish.yaml';

/**
 * buildah mounts file systems and makes namespaces, which takes a capability beyond those that container runtimes give, and which their
 * profiles for AppArmor refuse. It needs no device of the node, so the container is not privileged.
 */
const SECURITY: ISecurityContext = {
  capabilities: { add: ['SYS_ADMIN'] },
  appArmorProfile: { type: 'Unconfined' },
};

/** How often a pod is started again that has failed by itself. */
const RETRIES = 2;

/**
 * Manifests of Jobs, by their paths in the workspace: for each release and architecture one whose pods are the workers that build
 * together, and one whose pod publishes. https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function renderKubernetes(jobs: readonly WorkerJob[]): ReadonlyMap<string, string> {
  return new Map([
    [KUBERNETES_BUILD, renderYamls(jobs.map((job) => manifest('build', job)))],
    [KUBERNETES_PUBLISH, renderYamls(jobs.map((job) => manifest('publish', job)))],
  ]);
}

function manifest(kind: keyof WorkerJob['steps'], job: WorkerJob): IJob {
  const { release, architecture, steps } = job;
  const { script, ...container } = stepsInContainer(steps[kind]);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: `images-${kind}-${architecture.replace('_', '-')}-${release}-` },
    spec: {
      ...podsOf(kind, job),
      // A drained or preempted node says nothing of the build.
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          // Builds ask nothing of the cluster.
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          nodeSelector: { 'kubernetes.io/arch': NODES[architecture] },
          containers: [
            {
              name: kind,
              ...container,
              securityContext: SECURITY,
              env: environmentOf(kind, job),
              command: ['bash', '-c', script],
            },
          ],
          volumes: VOLUMES,
        },
      },
    },
  };
}

/** How many pods there are. Each worker has its index, and the retries of its own. */
function podsOf(kind: keyof WorkerJob['steps'], { workers }: WorkerJob): Omit<NonNullable<IJob['spec']>, 'template'> {
  switch (kind) {
    case 'build':
      return { completionMode: 'Indexed', completions: workers, parallelism: workers, backoffLimitPerIndex: RETRIES };
    case 'publish':
      return { backoffLimit: RETRIES };
  }
}

function environmentOf(kind: keyof WorkerJob['steps'], job: WorkerJob) {
  return [
    { name: 'REPOSITORY_URL', value: '<repository>' },
    { name: 'COMMIT', value: '<commit>' },
    { name: 'BASE', value: '' },
    ...variablesOf(job.steps[kind]).map(([name, value]) => variable(name, value, job)),
  ];
}

function variable(name: string, value: Value, job: WorkerJob) {
  switch (value.kind) {
    case 'text':
      return { name, value: value.text };
    case 'secret':
      return fromSecret(name, value.name);
    case 'fact':
      if (value.fact !== 'release' && value.fact !== 'architecture') {
        throw new Error(`the steps of workers ask for ${value.fact}, which is one of a CI system`);
      }
      return { name, value: job[value.fact] };
  }
}
