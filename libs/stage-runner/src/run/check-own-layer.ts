import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { count, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { refusalInLayer } from '@immutablue/overrides';
import type { StagePlan } from '@immutablue/plan';
import { findSecrets } from '../secrets/find-secrets';
import type { OpenSecrets } from '../secrets/open-secrets';
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

/** What is looked at. */
type Looked = Pick<BuildRoot, 'root' | 'changes'> & { readonly secrets: Pick<OpenSecrets, 'values' | 'mask'> };

/**
 * Looks at all that sub-stages have left in a working container, before it becomes a layer: what a script, a package or a
 * dep-builder brings goes through no other gate.
 *
 * @param started in the order in which they ran.
 * @throws {DiagnosticError} with the sub-stage that left it: `build/refused-path` for what a layer may not have,
 *   `build/secret-in-layer` for a file with the value of a secret.
 */
export async function checkOwnLayer(looked: Looked, started: readonly StartedStage[]): Promise<void> {
  const { changes, secrets } = looked;
  const faults: Diagnostic[] = [];
  for await (const node of changes.walk('/')) {
    const refusal = refusalInLayer(node);
    if (refusal === undefined) continue;
    const isText = node.encoding === 'utf-8';
    // The store's own marks of what is removed look alike, and are nothing in the root filesystem.
    if (isText && (await looked.root.lstat(node.path)) === undefined) continue;
    const { why, hint } = refusal;
    // What is called by no text is not found by its path.
    const stage = isText ? await stageOf(node.path, looked, started) : undefined;
    faults.push(fault('build/refused-path', node.path, why, hint, stage));
  }
  for (const path of await findSecrets(changes, secrets.values)) {
    const hint =
      'a program may use a secret, and may not leave it: remove the file, or what is in it, in the same script';
    const why = 'holds the value of a secret';
    faults.push(fault('build/secret-in-layer', secrets.mask(path), why, hint, await stageOf(path, looked, started)));
  }
  const [first, ...others] = faults.slice(0, SHOWN);
  if (first === undefined) return;
  const more = faults.length - SHOWN;
  throwIfAny([
    { ...first, ...(more > 0 ? { notes: [`and ${count(more, 'more path')} of the kind`] } : {}) },
    ...others,
  ]);
}

/** The sub-stage that has left something, by when it was changed last. */
async function stageOf(
  path: string,
  { changes }: Looked,
  started: readonly StartedStage[],
): Promise<StagePlan | undefined> {
  const { ctimeMs } = await lstat(join(changes.mountPoint, path));
  return (started.findLast(({ at }) => at <= ctimeMs + TICK_MILLISECONDS) ?? started[0])?.stage;
}

function fault(
  code: 'build/refused-path' | 'build/secret-in-layer',
  path: string,
  why: string,
  hint: string,
  stage: StagePlan | undefined,
): Diagnostic {
  const scripts = (stage?.steps ?? []).flatMap((step) => (step.kind === 'script' ? [step.script.file] : []));
  const hasOthers = stage?.steps.some(({ kind }) => kind === 'install' || kind === 'copy-dep-builder') === true;
  const script = scripts.length === 1 && !hasOthers ? scripts[0] : undefined;
  return {
    code,
    message: `\`${path}\`, which ${stage?.name ?? 'the build'} has left, ${why}`,
    ...(script === undefined ? {} : { location: { file: script, line: 1, column: 1 } }),
    hint,
  };
}
