import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { Architecture } from '@immutablue/variant';
import type { RunStep, Step, Value } from '../pipeline/pipeline';
import { JOB_IMAGE } from './pins';

/** The Secret whose keys are the variables of the same names. */
export const SECRET = 'immutablue';

/** What Kubernetes calls an architecture: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch */
export const NODES: Readonly<Record<Architecture, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

const SOURCES = '/workspace/images';

/** The folders of a pod that its container writes to: the clone, and what buildah and skopeo keep. */
const FOLDERS = [
  { name: 'images', mountPath: SOURCES },
  { name: 'containers', mountPath: '/var/lib/containers' },
];

/** They are the pod's own, and gone with it. */
export const VOLUMES = FOLDERS.map(({ name }) => ({ name, emptyDir: {} }));

/** Of `$COMMIT` in `$REPOSITORY_URL`. */
const CHECKOUT = [
  'git init --quiet .',
  'git fetch --quiet --depth 1 "$REPOSITORY_URL" "$COMMIT"',
  'git checkout --quiet FETCH_HEAD',
];

/** What a container has that runs the steps of a job in a pod. */
export function stepsInContainer(
  steps: readonly Step[],
): Pick<IContainer, 'image' | 'workingDir' | 'volumeMounts'> & { readonly script: string } {
  const scripts = runSteps(steps).map(({ script }) => script);
  return {
    image: JOB_IMAGE,
    workingDir: SOURCES,
    script: ['#!/usr/bin/env bash', 'set -euo pipefail', ...CHECKOUT, ...scripts].join('\n'),
    volumeMounts: FOLDERS,
  };
}

/** The variables of all steps. A container has one environment. */
export function variablesOf(steps: readonly Step[]): readonly (readonly [string, Value])[] {
  return Object.entries(
    Object.assign({}, ...runSteps(steps).map(({ environment }) => environment)) as RunStep['environment'],
  );
}

/** A variable that comes from {@link SECRET}, if that has it. */
export function fromSecret(name: string, key: string): IEnvVar {
  return { name, valueFrom: { secretKeyRef: { name: SECRET, key, optional: true } } };
}

function runSteps(steps: readonly Step[]): readonly RunStep[] {
  return steps.filter((step) => step.kind === 'run');
}
