import { join } from 'node:path';
import { DiagnosticError, print, printJson, visible } from '@immutablue/diagnostics';
import { requireBuildHost } from '@immutablue/oci';
import {
  compareImages,
  compareLocks,
  lockPath,
  lockPlace,
  readLockAt,
  type BuildChanges,
  type LockPlace,
} from '@immutablue/stage-runner';
import { renderChanges } from '@immutablue/variant';
import type * as z from 'zod';
import type { Run } from '../../shared/command';
import { planOfTask, variantsDirectoryOf } from '../../shared/plan';
import type { Task } from '../../shared/task';
import type { changes } from './definition';

type Options = z.output<(typeof changes)['options']>;

/** Prints what changed in the packages of a variant: between two locks, or between two images. */
export const run: Run<typeof changes> = async (task, signal) => {
  const { options } = task;
  const isOfImages = options.from !== undefined || options.to !== undefined;
  if (isOfImages && (options.old !== undefined || options.new !== undefined)) {
    throw wrongOption('--from and --to are images, --old and --new are locks: use either');
  }
  await (isOfImages ? printImages(task, signal) : printLocks(task));
};

async function printImages(task: Task<Options>, signal: AbortSignal): Promise<void> {
  const { from, to = (await planOfTask(task, 'ignore')).reference, json } = task.options;
  if (from === undefined) throw wrongOption('--from is missing: the image to compare with');
  await requireBuildHost();
  const found = await compareImages(from, to, signal);
  if (json) printJson({ from, to, changes: found });
  else print([`${from} → ${to}`, ...lines(renderChanges(found))].join('\n'));
}

async function printLocks(task: Task<Options>): Promise<void> {
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
}

function renderBuild({ upstream, release, architecture, changes: found }: BuildChanges): string {
  return [`${upstream} ${release} ${architecture}`, ...lines(renderChanges(found))].join('\n');
}

function lines(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? ['  nothing has changed'] : texts.map((line) => `  ${visible(line)}`);
}

function wrongOption(message: string): DiagnosticError {
  return new DiagnosticError({ code: 'yaml/wrong-value', message });
}
