import type { EffectiveEntry } from '@immutablue/overrides';
import type { BuildPlan, Part, Parts } from '@immutablue/plan';
import type { Conflict } from '../cache/conflict';
import type { BuildLookup } from '../cache/lookup';
import type { LastBuild } from '../ledger/last-build';
import type { CacheLookup } from '../cache/rebase';
import { changedInputs, type Cause } from '../cache/changed-inputs';
import type { Prediction } from './predict';

/** What becomes of a sub-stage, and why. */
export interface StageExplanation {
  readonly stage: string;
  readonly outcome: 'reused' | 'runs';
  readonly reasons: readonly Cause[];
  /** How long it took when it last ran: the estimate for one that runs. */
  readonly lastMilliseconds?: number;
}

export interface ExplainInput {
  readonly plan: BuildPlan;
  readonly segments: Parts;
  readonly choice: BuildLookup;
  readonly facts: Pick<LastBuild, 'dependencies' | 'repositoryState' | 'codeDigest'>;
  readonly last: LastBuild | undefined;
  /** What is known of the parent, when it is not built yet. */
  readonly below?: Prediction;
}

/** Says for each sub-stage whether it runs, and what the reason is: compared with the last build of the same image. Pure. */
export function explain(input: ExplainInput): StageExplanation[] {
  const { segments, choice, last } = input;
  const { checkpoint, image } = segments;
  const explained =
    checkpoint === undefined
      ? [explainPart(input, image, choice.image)]
      : [
          explainPart(input, checkpoint, choice.image.kind === 'none' ? choice.checkpoint : choice.image),
          explainPart(input, image, choice.image),
        ];
  return explained.flat().map((stage): StageExplanation => {
    const duration = last?.durations[stage.stage];
    return duration === undefined ? stage : { ...stage, lastMilliseconds: duration };
  });
}

function explainPart(input: ExplainInput, segment: Part, available: CacheLookup): StageExplanation[] {
  const names = segment.stages.map(({ name }) => name);
  const begun = input.choice.begun?.beginning.segment;
  if (available.kind === 'none' && begun?.kind === segment.kind) {
    const next = begun.stages.length;
    const rest = { ...segment, stages: segment.stages.slice(next) };
    const text = `nothing that it is made from has changed: what there was before ${names[next] ?? ''} was kept`;
    return [
      ...names.slice(0, next).map((stage) => ({ stage, outcome: 'reused' as const, reasons: [{ text }] })),
      ...explainRuns(input, rest, available),
    ];
  }
  if (available.kind !== 'none') {
    const text =
      available.kind === 'same'
        ? 'nothing that it is made from has changed'
        : `nothing that it reads of ${parentName(input.plan)} has changed: its layers are put on the new image`;
    return names.map((stage) => ({ stage, outcome: 'reused', reasons: [{ text }] }));
  }
  return explainRuns(input, segment, available);
}

/** Of sub-stages that run together. */
function explainRuns(input: ExplainInput, segment: Part, available: CacheLookup): StageExplanation[] {
  const names = segment.stages.map(({ name }) => name);
  const own = input.last === undefined ? new Map<string, readonly Cause[]>() : changesOf(segment, input.last);
  const general = generalCauses(input, segment, available, own.size > 0);
  const first = names.find((name) => own.has(name)) ?? names[0] ?? '';
  return names.map((stage) => {
    const reasons = [...(stage === names[0] ? general : []), ...(own.get(stage) ?? [])];
    return {
      stage,
      outcome: 'runs',
      reasons: reasons.length > 0 ? reasons : [{ text: followsText(segment, stage, general.length > 0 ? '' : first) }],
    };
  });
}

/** Sub-stages of one part of a build run together. */
function followsText(segment: Part, stage: string, cause: string): string {
  if (cause === '') return 'for the same reason as the sub-stage before';
  if (stage > cause) return `it comes after ${cause}`;
  return segment.kind === 'checkpoint'
    ? `it comes before ${cause}, and is kept only together with it`
    : `it is kept only together with ${cause}`;
}

function changesOf(segment: Part, last: LastBuild): Map<string, readonly Cause[]> {
  const stages = new Set(segment.stages.map(({ name }) => name));
  const before = last.inputs.filter(({ stage }) => stages.has(stage));
  return new Map(
    [...changedInputs(before, segment.inputs)].map(([stage, causes]) => [
      stage,
      causes.map(({ text, origin }) => (origin === undefined ? { text } : { text, origin })),
    ]),
  );
}

/** Causes that belong to no sub-stage in particular. */
function generalCauses(input: ExplainInput, segment: Part, available: CacheLookup, hasOwn: boolean): Cause[] {
  const { last, facts } = input;
  if (available.kind !== 'none') return [];
  const { obstacle } = available;
  switch (obstacle.kind) {
    case 'asked':
      return [{ text: 'a clean build was asked for' }];
    case 'repositories':
      return [{ text: 'nothing fixes which packages the repositories offer: a lock does (`lock`)' }];
    case 'gone':
      return [{ text: 'what was built before is not in the store any more' }];
    case 'conflict':
      return [causeOfConflict(input, obstacle.conflict)];
    case 'parent':
      return input.below?.kind === 'unknown'
        ? [{ text: input.below.reason, ...originOf(input.below.causes) }]
        : [{ text: `${parentName(input.plan)} is built anew` }];
    case 'new':
      break;
  }
  if (last === undefined) return [{ text: 'it was not built yet' }];
  const causes: Cause[] = [];
  if (facts.codeDigest !== last.codeDigest) causes.push({ text: 'the code that builds images has changed' });
  if (facts.repositoryState !== last.repositoryState) causes.push({ text: 'the repositories offer other packages' });
  for (const { variant, containerfile } of input.plan.dependencies) {
    if (facts.dependencies[variant] !== last.dependencies[variant]) {
      causes.push({
        text: `what the dep-builder of ${variant} makes has changed`,
        origin: { variant, file: containerfile },
      });
    }
  }
  if (causes.length > 0 || hasOwn) return causes;
  if (input.choice.begun?.beginning.segment.kind === segment.kind) return [{ text: 'it goes on from what was kept' }];
  return [
    segment.kind === 'image' && input.segments.checkpoint !== undefined
      ? { text: 'it goes on from what the package stages left' }
      : { text: 'it was not built so before' },
  ];
}

function causeOfConflict({ plan, below }: ExplainInput, { path, reason }: Conflict): Cause {
  const parent = parentName(plan);
  const text =
    reason === 'read'
      ? `${path}, which it reads, has changed in ${parent}`
      : `${path}, which it has changed itself, has changed in ${parent}`;
  const predicted = below?.kind === 'known' ? below.causes.find((cause) => cause.text.includes(path)) : undefined;
  if (predicted?.origin !== undefined) return { text, origin: predicted.origin };
  const entry = inherited(plan).find((override) => override.path === path);
  return entry === undefined ? { text } : { text, origin: { variant: entry.tree.variant, file: entry.source } };
}

function originOf(causes: readonly Cause[]): Pick<Cause, 'origin'> {
  const origin = causes.find((cause) => cause.origin !== undefined)?.origin;
  return origin === undefined ? {} : { origin };
}

/** The overrides that the parents brought, as far as the plan names them. */
function inherited(plan: BuildPlan): readonly EffectiveEntry[] {
  return plan.stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'transaction' ? step.overrides : [])),
  );
}

function parentName({ parent }: BuildPlan): string {
  return parent.kind === 'variant' ? parent.variant : parent.reference;
}
