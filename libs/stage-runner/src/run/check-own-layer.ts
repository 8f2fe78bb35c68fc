import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { count, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { refusalInLayer } from '@immutablue/overrides';
import type { StagePlan } from '@immutablue/plan';
import type { BuildRoot } from './build-root';

/** A sub-stage that has run, and when it began, in milliseconds since 1970. */
export interface StartedStage {
  readonly stage: StagePlan;
  readonly at: number;
}

/** More of them say the same. */
const SHOWN = 10;

/** How far the time of a file can be behind the clock: file systems take it from the last tick of the kernel. */
const TICK_MILLISECONDS = 10;

/**
 * Looks at all that sub-stages have left in a working container, before it becomes a layer: what a script, a package or a
 * dep-builder brings goes through no other gate.
 *
 * @param started in the order in which they ran.
 * @throws {DiagnosticError} `build/refused-path` for what a layer may not have, with the sub-stage that left it.
 */
export async function checkOwnLayer(
  { root, changes }: Pick<BuildRoot, 'root' | 'changes'>,
  started: readonly StartedStage[],
): Promise<void> {
  const faults: Diagnostic[] = [];
  let more = 0;
  for await (const { path, type } of changes.walk('/')) {
    const refusal = refusalInLayer({ path, type });
    // The store's own marks of what is removed look alike, and are nothing in the root filesystem.
    if (refusal === undefined || (await root.lstat(path)) === undefined) continue;
    if (faults.length === SHOWN) {
      more++;
      continue;
    }
    const { ctimeMs } = await lstat(join(changes.mountPoint, path));
    const stage = started.findLast(({ at }) => at <= ctimeMs + TICK_MILLISECONDS)?.stage ?? started[0]?.stage;
    faults.push(refused(path, refusal, stage));
  }
  const [first, ...others] = faults;
  if (first === undefined) return;
  const notes = more === 0 ? {} : { notes: [`and ${count(more, 'more path')} of the kind`] };
  throwIfAny([{ ...first, ...notes }, ...others]);
}

function refused(path: string, { why, hint }: { why: string; hint: string }, stage: StagePlan | undefined): Diagnostic {
  const script = stage?.steps.find((step) => step.kind === 'script')?.script.file;
  return {
    code: 'build/refused-path',
    message: `\`${path}\`, which ${stage?.name ?? 'the build'} has left, ${why}`,
    ...(script === undefined ? {} : { location: { file: script, line: 1, column: 1 } }),
    hint,
  };
}
