import { checkRoot } from './check-root';
import { checkpoint } from './checkpoint';
import { clean } from './clean';
import { commit } from './commit';
import { copyDepBuilder } from './copy-dep-builder';
import { files } from './files';
import { install } from './install';
import { installPython } from './install-python';
import type { StepKind } from './kind';
import { osRelease } from './os-release';
import { pinnedFiles } from './pinned-files';
import { quadlets } from './quadlets';
import { removePaths } from './remove-paths';
import { repository } from './repository';
import { script } from './script';
import { signedRegistry } from './signed-registry';
import { uninstall } from './uninstall';
import { units } from './units';
import { writeFile } from './write-file';

/** Every kind of step. A new one is a file beside these, and a line here. */
const STEP_KINDS = {
  'check-root': checkRoot,
  checkpoint,
  clean,
  commit,
  'copy-dep-builder': copyDepBuilder,
  files,
  install,
  'install-python': installPython,
  'os-release': osRelease,
  'pinned-files': pinnedFiles,
  quadlets,
  'remove-paths': removePaths,
  repository,
  script,
  'signed-registry': signedRegistry,
  uninstall,
  units,
  'write-file': writeFile,
} as const;

type Kinds = typeof STEP_KINDS;

/** One thing that a sub-stage does: what it means, as data. Running it takes no further decision. */
export type Step = {
  [Kind in keyof Kinds]: Kinds[Kind] extends StepKind<infer One extends { readonly kind: Kind }> ? One : never;
}[keyof Kinds];

/** All that there is to know about the kind of a step. */
export function kindOf(step: Step): StepKind<Step> {
  // Each kind knows the steps of its own name alone, which the type of a table cannot say.
  return STEP_KINDS[step.kind] as StepKind<Step>;
}
