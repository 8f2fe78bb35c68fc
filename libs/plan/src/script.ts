import { dirname, join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import type { FolderContent } from '@immutablue/overrides';
import type { Reads } from './reads';
import { isSubStage, SUB_STAGES } from './sub-stages';

/** The helpers that are sourced before each script of a variant, part of this library: absolute path. */
export const COMMON_SCRIPT = join(dirname(require.resolve('@immutablue/plan/package.json')), 'scripts', '99-common.sh');

/** A secret that a script or a dep-builder asks for. Its value is in no plan, and in no key. */
export interface PlannedSecret {
  readonly name: string;
  /** Whether a build is given its value: without it, something else may be made. */
  readonly state: 'given' | 'missing';
}

/** A script of a variant's `build/` folder. */
export interface PlannedScript {
  /** File name without `.sh`: the sub-stage that it belongs to, or is. */
  readonly stage: string;
  readonly variant: string;
  /** Absolute path. */
  readonly file: string;
  /** What it sees of its variant's folder: itself, its helpers, and what its header `# files:` lists. */
  readonly sees: FolderContent;
  /** What its header `# reads:` declares; everything without one. */
  readonly reads: Reads;
  readonly secrets: readonly PlannedSecret[];
  /** SHA-256 of {@link COMMON_SCRIPT}, in hex. */
  readonly common: string;
}

/** Where a script is in its variant's folder. */
export function scriptPath({ stage }: Pick<PlannedScript, 'stage'>): string {
  return `build/${stage}.sh`;
}

/** What the name of a file in `build/` says about it. */
export type ScriptName =
  | { readonly kind: 'stage'; readonly stage: string }
  /** Sourced before each script, never run. */
  | { readonly kind: 'common' }
  | { readonly kind: 'fault'; readonly diagnostic: Diagnostic };

const SCRIPT_NAME = /^(?<stage>(?<number>\d\d)-[a-z0-9]+(-[a-z0-9]+)*)\.sh$/;

/**
 * Reads a script's name. `30-install-packages.sh` adds to that sub-stage, `35-mesa.sh` is a sub-stage of its own between
 * 30 and 40. A number that the workspace uses under another name is a fault: it is a slip more often than a wish.
 *
 * @param file the script's path, for the diagnostic.
 */
export function readScriptName(name: string, file: string): ScriptName {
  if (name === '99-common.sh') return { kind: 'common' };
  const groups = SCRIPT_NAME.exec(name)?.groups;
  const stage = groups?.['stage'];
  const number = groups?.['number'];
  if (stage === undefined || number === undefined) {
    return fault(
      `\`${name}\` is not the name of a sub-stage script`,
      'a script is called `NN-name.sh`, like `35-mesa.sh`',
    );
  }
  const named = SUB_STAGES.find((known) => known.startsWith(`${number}-`));
  if (named !== undefined && !isSubStage(stage)) {
    return fault(
      `\`${name}\` has the number of the sub-stage ${named} and another name`,
      `call it \`${named}.sh\`, or give it a number of its own`,
    );
  }
  if (number > '90') {
    return fault(`\`${name}\` would run after 90-post, when the image is committed`, 'give it a number below 90');
  }
  return { kind: 'stage', stage };

  function fault(message: string, hint: string): ScriptName {
    return {
      kind: 'fault',
      diagnostic: { code: 'script/not-a-sub-stage', message, hint, location: { file, line: 1, column: 1 } },
    };
  }
}

/** The names of all sub-stages of a build in their order: the eight, and those that scripts add. */
export function stageNames(scripts: readonly PlannedScript[]): string[] {
  return [...new Set([...SUB_STAGES, ...scripts.map((script) => script.stage)])].sort();
}
