import { createHash } from 'node:crypto';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { BuildPlan } from './plan';
import type { Step } from './step';

declare const brand: unique symbol;

/** 64 hexadecimal digits that stand for everything that decides what is in an image. */
export type BuildKey = string & { readonly [brand]: 'build-key' };

/** What decides the image besides its plan. Each is the content's own name, so that nothing here depends on a time or a place. */
export interface KeyInput {
  readonly plan: BuildPlan;
  /** The parent by content, because a name can be given to another image at any time. */
  readonly parentImageId: string;
  /** The dep-builders' images by content. */
  readonly dependencyImageIds: readonly string[];
  /** The state of the RPM repository: the same names can be other packages tomorrow. */
  readonly repositoryState: string;
  /** The code that runs the steps: the same plan run by other code can be another image. */
  readonly codeDigest: string;
}

/** The key of an image: equal keys mean that building again would give the same content. */
export function buildKey(input: KeyInput): BuildKey {
  const { plan } = input;
  const parts = {
    reference: plan.reference,
    parent: input.parentImageId,
    dependencies: input.dependencyImageIds,
    repositories: input.repositoryState,
    code: input.codeDigest,
    stages: plan.stages.map((stage) => ({ name: stage.name, steps: stage.steps.map(keyOfStep) })),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex') as BuildKey;
}

/** A step without what does not reach the image: purposes, places in files, and folders of this machine. */
function keyOfStep(step: Step): unknown {
  switch (step.kind) {
    case 'check-root':
      return [step.kind, step.architecture];
    case 'write-file':
      return [step.kind, step.path, step.content, step.mode];
    case 'copy-dependencies':
      return [step.kind, step.variant];
    case 'download':
      // What it is, not where it is fetched from: the checksum pins it.
      return [step.kind, step.files.map(({ fetched, mode }) => [fetched.sha256, fetched.path, fetched.member, mode])];
    case 'apply-overrides':
      return [step.kind, step.entries.map(keyOfEntry)];
    case 'run':
      return [step.kind, step.command, step.environment];
    case 'transaction':
      return [step.kind, step.command, step.environment, step.overrides.map(keyOfEntry)];
    case 'require-signatures':
      return [step.kind, step.path];
    case 'enable-quadlets':
      return [step.kind, step.path, step.names.map((name) => name.value)];
    case 'write-os-release':
      return [step.kind, step.identity];
    case 'remove-paths':
      return [step.kind, step.paths.map((path) => path.value)];
    case 'script':
      return [step.kind, step.sha256, step.command, step.environment];
    case 'clean':
      return [step.kind, step.empty, step.files, step.emptyFiles];
    case 'commit':
      return [step.kind, step.reference, step.labels];
  }
}

function keyOfEntry(entry: EffectiveEntry): unknown {
  const common = [entry.path, entry.type, entry.mode, entry.owner, entry.group, entry.hasStatedPermissions];
  switch (entry.type) {
    case 'file':
      return [...common, entry.sha256];
    case 'symlink':
      return [...common, entry.target];
    case 'directory':
      return [...common, entry.isEmpty];
  }
}
