import type { EffectiveEntry } from '@immutablue/overrides';
import { repositoryDigest, type BuildPlan, type DepBuilderImages, type Part, type Parts } from '@immutablue/plan';
import { changedInputs } from '../cache/changed-inputs';
import type { Conflict } from '../cache/conflict';
import type { BuildLookup } from '../cache/lookup';
import type { CacheLookup } from '../cache/cache-lookup';
import type { LastBuild } from '../ledger/entry';
import { isOwnReason, originOf, type Prediction, type Reason, type StageExplanation } from './model';

export interface ExplainInput {
  readonly plan: BuildPlan;
  readonly depBuilderImages: DepBuilderImages;
  readonly parts: Parts;
  readonly lookup: BuildLookup;
  readonly last: LastBuild | undefined;
  /** What is known of the parent, when it is not built yet. */
  readonly below?: Prediction;
}

/** Says for each sub-stage whether it runs, and what the reason is: compared with the last build of the same image. Pure. */
export function explain(input: ExplainInput): StageExplanation[] {
  const { parts, lookup, last } = input;
  const { checkpoint, rest } = parts;
  const explained =
    checkpoint === undefined
      ? [explainPart(input, rest, lookup.rest)]
      : [
          explainPart(input, checkpoint, lookup.rest.kind === 'miss' ? lookup.checkpoint : lookup.rest),
          explainPart(input, rest, lookup.rest),
        ];
  return explained.flat().map((stage): StageExplanation => {
    const duration = last?.durations[stage.stage];
    return duration === undefined ? stage : { ...stage, lastMilliseconds: duration };
  });
}

function explainPart(input: ExplainInput, part: Part, found: CacheLookup): StageExplanation[] {
  const names = part.stages.map(({ name }) => name);
  if (found.kind !== 'miss') {
    const reason: Reason = {
      ...(found.kind === 'same' ? { kind: 'cached' } : { kind: 'rebased', parent: parentName(input.plan) }),
      ...(found.source === 'store' ? {} : { source: found.source }),
    };
    return names.map((stage) => reused(stage, reason));
  }
  const prefix = input.lookup.prefix?.prefix.part;
  if (prefix?.kind !== part.kind) return explainRuns(input, part, found);
  const count = prefix.stages.length;
  const resumesAt = names[count] ?? '';
  return [
    ...names.slice(0, count).map((stage) => reused(stage, { kind: 'cached', resumesAt })),
    ...explainRuns(input, { ...part, stages: part.stages.slice(count) }, found),
  ];
}

function reused(stage: string, reason: Reason): StageExplanation {
  return { stage, outcome: 'reused', reasons: [reason] };
}

/** Of sub-stages that run together. */
function explainRuns(
  input: ExplainInput,
  part: Part,
  found: Extract<CacheLookup, { kind: 'miss' }>,
): StageExplanation[] {
  const names = part.stages.map(({ name }) => name);
  const own = input.last === undefined ? new Map<string, readonly Reason[]>() : changesOf(part, input.last);
  const general = generalReasons(input, part, found, own.size > 0);
  const first = general.length > 0 ? undefined : names.find((name) => own.has(name));
  return names.map((stage) => {
    const [reason, ...others] = [...(stage === names[0] ? general : []), ...(own.get(stage) ?? [])];
    const reasons: StageExplanation['reasons'] =
      reason === undefined ? [followingReason(part, stage, first)] : [reason, ...others];
    return { stage, outcome: 'runs', reasons };
  });
}

/** Sub-stages of one part of a build run together. */
function followingReason(part: Part, stage: string, cause: string | undefined): Reason {
  if (cause === undefined) return { kind: 'same' };
  return stage > cause ? { kind: 'follows', stage: cause } : { kind: 'shares-part', part: part.kind, stage: cause };
}

function changesOf(part: Part, last: LastBuild): ReadonlyMap<string, readonly Reason[]> {
  const stages = new Set(part.stages.map(({ name }) => name));
  const isOfPart = ({ stage }: { readonly stage: string }) => stages.has(stage);
  const reasons = new Map<string, Reason[]>();
  for (const changed of changedInputs(last.inputs.filter(isOfPart), part.inputs.filter(isOfPart))) {
    const { stage } = changed.input;
    reasons.set(stage, [...(reasons.get(stage) ?? []), { kind: 'input', ...changed }]);
  }
  return reasons;
}

/** Reasons that belong to no sub-stage in particular. */
function generalReasons(
  input: ExplainInput,
  part: Part,
  { miss }: Extract<CacheLookup, { kind: 'miss' }>,
  hasOwn: boolean,
): Reason[] {
  switch (miss.kind) {
    case 'clean':
    case 'open-repositories':
    case 'gone':
      return [{ kind: miss.kind }];
    case 'parent-created':
      return [{ kind: 'parent-created', parent: parentName(input.plan) }];
    case 'conflict':
      return [conflictReason(input, miss.conflict)];
    case 'parent':
      return [parentReason(parentName(input.plan), input.below)];
    case 'new':
      return newReasons(input, part, hasOwn);
  }
}

/** That the parent is about to be another image. */
export function parentReason(
  name: string,
  below: Prediction | undefined,
): Extract<Reason, { kind: 'parent-rebuilds' }> {
  if (below === undefined || below.kind === 'same') return { kind: 'parent-rebuilds', parent: name };
  const [because] = below.reasons;
  // What rebuilds may be below the parent itself.
  return because?.kind === 'parent-rebuilds'
    ? because
    : { kind: 'parent-rebuilds', parent: below.variant, ...(because === undefined ? {} : { because }) };
}

function newReasons(
  { plan, depBuilderImages, lookup, last, parts }: ExplainInput,
  part: Part,
  hasOwn: boolean,
): Reason[] {
  if (last === undefined) return [{ kind: 'never-built' }];
  const reasons: Reason[] = [];
  if (plan.code !== last.code) reasons.push({ kind: 'code' });
  if (repositoryDigest(plan.packages) !== last.repositories) reasons.push({ kind: 'repositories' });
  for (const { variant, containerfile } of plan.depBuilders) {
    if (depBuilderImages.get(variant) !== last.depBuilders[variant]) {
      reasons.push({ kind: 'dep-builder', variant, origin: { variant, file: containerfile } });
    }
  }
  if (reasons.length > 0 || hasOwn) return reasons;
  if (lookup.prefix?.prefix.part.kind === part.kind) return [{ kind: 'resumes' }];
  const before = part.kind === 'rest' ? parts.checkpoint?.stages.at(-1) : undefined;
  if (before === undefined) return [{ kind: 'no-result' }];
  return [lookup.checkpoint.kind === 'miss' ? { kind: 'follows', stage: before.name } : { kind: 'after-checkpoint' }];
}

function conflictReason({ plan, below }: ExplainInput, { path, use }: Conflict): Reason {
  const reason = { kind: 'conflict', path, use, parent: parentName(plan) } as const;
  const origin =
    below?.kind === 'known'
      ? below.reasons.filter((one) => one.kind === 'input').find(({ input }) => input.writes === path)?.input.origin
      : undefined;
  if (origin !== undefined) return { ...reason, origin };
  const entry = inherited(plan).find((override) => override.path === path);
  return entry === undefined ? reason : { ...reason, origin: { variant: entry.tree.variant, file: entry.source } };
}

/** The overrides that the parents brought, as far as the plan names them. */
function inherited(plan: BuildPlan): readonly EffectiveEntry[] {
  return plan.stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'install' || step.kind === 'uninstall' ? step.overrides : [])),
  );
}

/** What the parent is called: a variant by its name. */
export function parentName({ parent }: Pick<BuildPlan, 'parent'>): string {
  return parent.kind === 'variant' ? parent.variant : parent.reference;
}

/** The reasons that sub-stages have of their own to run, those with a place first. */
export function ownReasons(stages: readonly StageExplanation[]): Reason[] {
  const own = stages.flatMap(({ outcome, reasons }) => (outcome === 'runs' ? reasons.filter(isOwnReason) : []));
  return [
    ...own.filter((reason) => originOf(reason) !== undefined),
    ...own.filter((reason) => originOf(reason) === undefined),
  ];
}
