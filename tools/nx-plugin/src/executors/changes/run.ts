import { join } from 'node:path';
import { DiagnosticError, print, printJson, visible } from '@immutablue/diagnostics';
import {
  compareLocks,
  lockPath,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from '@immutablue/stage-runner';
import { renderChanges } from '@immutablue/variant';
import type { Run } from '../../shared/command';
import { variantsDirectoryOf } from '../../shared/plan';
import type { changes } from './definition';

/** Prints what changed in the packages of a variant between two locks. */
export const run: Run<typeof changes> = async (task) => {
  const { workspaceRoot, options } = task;
  const file = lockPath(join(variantsDirectoryOf(task), task.variant));
  const before = await place(options.old, { kind: 'revision', revision: 'HEAD' });
  const after = await place(options.new, { kind: 'file', file });
  const [old, present] = [await readLockAt(before, file, workspaceRoot), await readLockAt(after, file, workspaceRoot)];
  if (old === undefined && present === undefined) {
    throw new DiagnosticError({
      code: 'lock/missing',
      message: `\`${task.variant}\` has no lock, neither in ${shown(before)} nor in ${shown(after)}`,
      hint: `make one: \`npx nx run ${task.variant}:lock\``,
    });
  }
  const builds = compareLocks(old, present);
  if (options.json) printJson({ from: shown(before), to: shown(after), builds });
  else print(builds.length === 0 ? 'nothing has changed' : builds.map(renderBuild).join('\n\n'));

  function place(given: string | undefined, otherwise: LockPlace): Promise<LockPlace> | LockPlace {
    return given === undefined ? otherwise : lockPlace(given, workspaceRoot);
  }

  function shown(one: LockPlace): string {
    if (one.kind === 'revision') return one.revision;
    return one.file === file ? 'the working tree' : one.file;
  }
};

function renderBuild({ upstream, release, architecture, changes: found }: BuildChanges): string {
  return [`${upstream} ${release} ${architecture}`, ...lines(renderChanges(found))].join('\n');
}

function lines(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? ['  nothing has changed'] : texts.map((line) => `  ${visible(line)}`);
}
