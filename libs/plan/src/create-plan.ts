import { buildArguments } from './build-arguments';
import type { BuildPlan, PlanInput } from './model';
import { imageReference, plannedParent } from './references';
import { stagesOf } from './stages/index';

/** Makes the plan of an image. Pure: the same input gives the same plan. */
export function createPlan(input: PlanInput): BuildPlan {
  const { variant, release, architecture, upstream, code, lock, repositories } = input;
  return {
    variant: variant.name,
    description: variant.description,
    reference: imageReference(variant, input.settings, input),
    release,
    architecture,
    upstream,
    parent: plannedParent(input),
    options: variant.options,
    code,
    depBuilders: input.depBuilders,
    buildArguments: buildArguments(input),
    stages: stagesOf(input),
    credentials: input.credentials,
    ...(lock === undefined ? {} : { lock: { file: lock.file } }),
    repositories,
    packages: lock === undefined ? repositories : { kind: 'fixed', digest: 'locked' },
  };
}
