import type { SourceLocation } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { ServiceAction, ServiceScope } from '@immutablue/variant';
import { type BuildPlan, type Step } from '@immutablue/plan';

/** All steps of one kind, in their order. */
export function stepsOf<Kind extends Step['kind']>(plan: BuildPlan, kind: Kind): Extract<Step, { kind: Kind }>[] {
  return plan.stages
    .flatMap((stage) => stage.steps)
    .filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
}

/** The steps that come after one of the plan's. */
export function stepsAfter(plan: BuildPlan, step: Step): readonly Step[] {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  return steps.slice(steps.indexOf(step) + 1);
}

/** The steps that come after the overrides were copied. */
export function stepsAfterOverrides(plan: BuildPlan): readonly Step[] {
  const last = stepsOf(plan, 'files').at(-1);
  return last === undefined ? [] : stepsAfter(plan, last);
}

/** The overrides that this build copies. */
export function overridesOf(plan: BuildPlan): readonly EffectiveEntry[] {
  return stepsOf(plan, 'files').flatMap((step) => step.entries);
}

/** A unit, and the state that a build asks for last. */
export interface AskedUnit {
  readonly scope: ServiceScope;
  readonly name: string;
  readonly action: ServiceAction;
  readonly location: SourceLocation;
}

/** The units whose state a build sets; of each the state that is set last. */
export function askedUnits(plan: BuildPlan): readonly AskedUnit[] {
  const asked = new Map<string, AskedUnit>();
  for (const { scope, action, units } of stepsOf(plan, 'units')) {
    for (const { value: name, location } of units) asked.set(`${scope} ${name}`, { scope, name, action, location });
  }
  return [...asked.values()];
}
