import { packageValues } from '../build-arguments';
import type { PlanInput } from '../model';
import type { PlannedScript } from '../script';
import type { ScriptStep } from '../steps/script';

/** Runs a script of a variant, which is told what is built. */
export function scriptStep(input: PlanInput, script: PlannedScript): ScriptStep {
  return {
    kind: 'script',
    script,
    environment: {
      IMMUTABLUE_VARIANT: input.variant.name,
      IMMUTABLUE_BUILD_OPTIONS: input.variant.options.join(','),
      IMMUTABLUE_RELEASE: input.release,
      IMMUTABLUE_ARCHITECTURE: input.architecture,
      ...Object.fromEntries(Object.entries(packageValues(input)).map(([name, value]) => [`IMMUTABLUE_${name}`, value])),
    },
  };
}
