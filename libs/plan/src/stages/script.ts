import { basename, dirname, join } from 'node:path';
import { packageValues } from '../build-arguments';
import type { PlanInput } from '../model';
import type { Script } from '../script';
import type { ScriptStep } from '../step';
import { COMMON_MOUNT, CONTEXT_MOUNT, packageMounts } from './context';

/** The helpers that are sourced before each script; part of this library. */
export const COMMON_SCRIPT = join(dirname(require.resolve('@immutablue/plan/package.json')), 'scripts', '99-common.sh');

/** Runs a script of a variant in the container, with bash and the variant's folder mounted read-only. */
export function scriptStep(input: PlanInput, script: Script): ScriptStep {
  const name = basename(script.file);
  return {
    kind: 'script',
    purpose: `run ${script.variant}/build/${name}`,
    variant: script.variant,
    file: script.file,
    sha256: script.sha256,
    contentKey: script.contentKey,
    reads: script.reads,
    context: script.context,
    command: ['bash', '-euo', 'pipefail', `${CONTEXT_MOUNT}/build/${name}`],
    mounts: [
      { source: script.context, target: CONTEXT_MOUNT, access: 'read-only' },
      { source: COMMON_SCRIPT, target: COMMON_MOUNT, access: 'read-only' },
      ...packageMounts(input),
    ],
    environment: {
      BASH_ENV: COMMON_MOUNT,
      IMMUTABLUE_VARIANT: input.variant.name,
      IMMUTABLUE_BUILD_OPTIONS: input.variant.options.join(','),
      IMMUTABLUE_RELEASE: input.release,
      IMMUTABLUE_ARCHITECTURE: input.architecture,
      IMMUTABLUE_CONTEXT: CONTEXT_MOUNT,
      ...Object.fromEntries(Object.entries(packageValues(input)).map(([name, value]) => [`IMMUTABLUE_${name}`, value])),
    },
  };
}
