import { readFile } from 'node:fs/promises';
import { copyFromImageArgv, runCommand, type ImageId } from '@immutablue/oci';
import { applyOverrides, verifyOverrides } from '@immutablue/overrides';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  type ApplyOverridesStep,
  type CheckpointStep,
  type CleanStep,
  type CopyDependenciesStep,
  type RemovePathsStep,
  type RunStep,
  type ScriptStep,
  type Step,
  type TransactionStep,
  type WriteOsReleaseStep,
  OS_RELEASE,
  osRelease,
} from '@immutablue/plan';
import { checkRoot } from './check-root';
import { runCommandOfStep } from './command';
import { inContainer, type BuildContext, type RunContext, type StepContext } from './context';
import { runDownload } from './download';
import { layersOf } from '../cache/parent-changes';
import { explainCommand, explainScript } from './failure';
import { enableQuadlets } from './quadlets';
import { runLocked } from './locked/install';
import { runRequireSignatures } from './require-signatures';

/** What a step leaves: nothing but the step that commits, which gives the image. */
export type StepResult = { readonly kind: 'done' } | { readonly kind: 'committed'; readonly imageId: ImageId };

const DONE: StepResult = { kind: 'done' };

/** Runs one step of a plan. Which step and with what is decided by the plan alone. */
export async function runStep(context: StepContext, step: Step): Promise<StepResult> {
  switch (step.kind) {
    case 'check-root':
      await checkRoot(context, step);
      return DONE;
    case 'write-file':
      await context.buildRoot.root.writeFile(step.path, step.content, { mode: step.mode });
      return DONE;
    case 'copy-dependencies':
      await copyDependencies(inContainer(context), step);
      return DONE;
    case 'download':
      await runDownload(inContainer(context), step);
      return DONE;
    case 'apply-overrides':
      await copyOverrides(context, step);
      return DONE;
    case 'run':
      await runCommandStep(inContainer(context), step);
      return DONE;
    case 'transaction':
      await runTransaction(inContainer(context), step);
      return DONE;
    case 'require-signatures':
      await runRequireSignatures(inContainer(context), step);
      return DONE;
    case 'enable-quadlets':
      await enableQuadlets(context, step);
      return DONE;
    case 'write-os-release':
      await writeOsRelease(context, step);
      return DONE;
    case 'remove-paths':
      await removePaths(context, step);
      return DONE;
    case 'checkpoint':
      return { kind: 'committed', imageId: await keepCheckpoint(context, step) };
    case 'script':
      await runScript(inContainer(context), step);
      return DONE;
    case 'clean':
      await clean(context, step);
      return DONE;
    case 'commit':
      return { kind: 'committed', imageId: await context.buildRoot.commit() };
  }
}

async function copyDependencies(context: RunContext, step: CopyDependenciesStep): Promise<void> {
  const image = context.dependencies.get(step.variant);
  if (image === undefined) {
    throw new DiagnosticError({
      code: 'build/parent-missing',
      message: `what the dep-builder of \`${step.variant}\` makes for \`${context.plan.variant}\` is not there`,
      hint: `build it: \`npx nx deps ${context.plan.variant}\``,
    });
  }
  await runCommand(copyFromImageArgv(context.container, image), { signal: context.signal });
}

/** Overrides win over packages. */
async function copyOverrides(context: StepContext, step: ApplyOverridesStep): Promise<void> {
  const brought = new Set(
    (await layersOf(context.packagesLayers)).flatMap(({ entries }) =>
      entries.filter(({ type }) => type !== 'directory').map(({ path }) => path),
    ),
  );
  for (const applied of await applyOverrides(context.buildRoot.root, step.entries)) {
    if (applied.path !== applied.entry.path) {
      notice(context, `${applied.entry.path} is ${applied.path}, through a link of the root filesystem`);
    }
    if (applied.outcome === 'replaced' && brought.has(applied.path)) {
      notice(context, `a package has ${applied.path}, too: the override takes its place`);
    }
  }
}

async function runCommandStep(context: RunContext, step: RunStep | TransactionStep): Promise<void> {
  const where = { variant: context.plan.variant, stage: context.stage };
  await runCommandOfStep(context, step, (output, result) =>
    explainCommand(where, step.command, step.names, output, result),
  );
}

/** Overrides win over packages. What was changed on purpose before the transaction, by a script, stays as it is. */
async function runTransaction(context: RunContext, step: TransactionStep): Promise<void> {
  const before = new Set((await verifyOverrides(context.root, step.overrides)).map(({ entry }) => entry.path));
  await context.packages.use(step.mounts, (mounts) =>
    runLocked(context, { ...step, mounts }, (needed) => runCommandStep(context, needed)),
  );
  const overwritten = (await verifyOverrides(context.root, step.overrides)).filter(
    ({ entry }) => !before.has(entry.path),
  );
  if (overwritten.length === 0) return;
  await applyOverrides(
    context.root,
    overwritten.map(({ entry }) => entry),
  );
  for (const difference of overwritten)
    notice(context, `a package changed an override, which was put back: ${difference.text}`);
}

async function runScript(context: RunContext, step: ScriptStep): Promise<void> {
  const where = { variant: context.plan.variant, stage: context.stage };
  const source = await readFile(step.file, 'utf8');
  await runCommandOfStep(context, step, (output, result) => explainScript(where, step, source, output, result));
}

async function writeOsRelease(
  { buildRoot: { root }, parent }: StepContext,
  { identity }: WriteOsReleaseStep,
): Promise<void> {
  const text = (await root.exists(OS_RELEASE)) ? (await root.readFile(OS_RELEASE)).toString('utf8') : '';
  await root.writeFile(OS_RELEASE, osRelease(text, identity, parent.created), { mode: 0o644 });
}

async function removePaths(context: StepContext, step: RemovePathsStep): Promise<void> {
  for (const entry of step.paths) {
    const { outcome } = await context.buildRoot.root.remove(entry.value);
    if (outcome === 'absent' && step.absent === 'note')
      notice(context, `${entry.value} is to be removed and was not there`);
  }
}

/** Nothing that the image will not have may be in this layer. */
async function keepCheckpoint(context: StepContext, step: CheckpointStep): Promise<ImageId> {
  for (const entry of step.paths) {
    const { outcome } = await context.buildRoot.root.remove(entry.value);
    if (outcome === 'absent') notice(context, `${entry.value} is to be removed and was not there`);
  }
  await clean(context, step.clean);
  return context.buildRoot.commit();
}

async function clean(context: StepContext, step: Pick<CleanStep, 'empty' | 'files' | 'emptyFiles'>): Promise<void> {
  const { root } = context.buildRoot;
  for (const directory of step.empty) {
    // A link (/var/run for example) leads to what is emptied by its own name, or to nothing of ours.
    if ((await root.lstat(directory))?.type === 'directory') await root.emptyDirectory(directory);
  }
  for (const file of step.files) await root.remove(file);
  for (const file of step.emptyFiles) {
    const stat = await root.lstat(file);
    if (stat?.type === 'file' && stat.size === 0) await root.remove(file);
  }
}

function notice(context: BuildContext, message: string): void {
  context.emit({ kind: 'notice', stage: context.stage, message });
}
