import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { findImage, namesIn, readIfThere, readText, type ImageDetails } from '@immutablue/oci';
import type { FolderContent } from '@immutablue/overrides';
import { COMMON_SCRIPT, labRepository, type BuildPlan, type ContextFile } from '@immutablue/plan';
import { findDeferred, findDeferredUpstream, findKnownImage, openLedger, type Ledger } from '@immutablue/stage-runner';
import { ociArchitecture } from '@immutablue/variant';
import type { DepBuilderSource } from './dep-builder-stages';
import { renderContainerfile, type ExportedPlan } from './render';

/** Where an export went, and what it was made with. */
export interface WrittenExport {
  /** Absolute path of the Containerfile. */
  readonly containerfile: string;
  /** Absolute path of the folder that it is built with. */
  readonly context: string;
  /** The image that it is FROM, when this machine has it, or knows it and has left it in a registry. */
  readonly parent: ImageDetails | undefined;
  /** The lab's repository, when the plan needs it. */
  readonly lab?: string;
}

/** What tells a folder that an export was written to from any other. */
const MARK = 'Containerfile';

/** The functions and helpers that exported scripts call; part of this library. */
const SCRIPTS = join(dirname(require.resolve('@immutablue/containerfile/package.json')), 'scripts');

/**
 * Writes a plan as a Containerfile and its context into a folder, which is replaced.
 *
 * @param output absolute path of the folder.
 * @throws {DiagnosticError} `containerfile/not-ours` for a folder that holds something else, and what
 *   {@link renderContainerfile} throws; then nothing is changed.
 */
export async function writeContainerfile(
  plan: BuildPlan,
  options: { readonly workspaceRoot: string; readonly output: string },
): Promise<WrittenExport> {
  const { output, workspaceRoot } = options;
  await requireOwn(output);
  const parent = await findParentImage(plan, openLedger(workspaceRoot));
  const exported = await exportPlan(plan, parent);
  const next = join(dirname(output), `.${basename(output)}-${process.pid}`);
  try {
    const context = join(next, 'context');
    for (const file of exported.context) await writeContextFile(context, file);
    await writeFile(join(next, MARK), exported.containerfile);
    await rm(output, { recursive: true, force: true });
    await rename(next, output);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
  return {
    containerfile: join(output, MARK),
    context: join(output, 'context'),
    parent,
    ...(plan.upstream === 'lab' ? { lab: labRepository(workspaceRoot) } : {}),
  };
}

async function exportPlan(plan: BuildPlan, parent: ImageDetails | undefined): Promise<ExportedPlan> {
  const depBuilders: DepBuilderSource[] = [];
  for (const depBuilder of plan.depBuilders) {
    depBuilders.push({ depBuilder, text: await readText(depBuilder.containerfile) });
  }
  const functions: Record<string, string> = {};
  for (const name of (await readdir(SCRIPTS)).sort()) {
    functions[name] = await readFile(join(SCRIPTS, name), 'utf8');
  }
  return renderContainerfile(plan, {
    ...(parent === undefined ? {} : { parent }),
    depBuilders,
    functions,
    common: await readFile(COMMON_SCRIPT, 'utf8'),
  });
}

/** The parent as this machine has it. Exporting needs neither buildah nor the image: without them the date stays open. */
async function findParentImage(
  { parent: { kind, reference }, architecture }: BuildPlan,
  ledger: Ledger,
): Promise<ImageDetails | undefined> {
  try {
    const deferred = await (kind === 'variant'
      ? findDeferred(ledger, reference)
      : findDeferredUpstream(ledger, reference, ociArchitecture(architecture)));
    return (deferred && (await findKnownImage(ledger, deferred))) ?? (await findImage(reference));
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics[0].code === 'host/missing-tool') return undefined;
    throw error;
  }
}

async function requireOwn(output: string): Promise<void> {
  const names = await namesIn(output);
  if (names.length === 0 || (await readIfThere(join(output, MARK))) !== undefined) return;
  throw new DiagnosticError({
    code: 'containerfile/not-ours',
    message: `\`${output}\` is not empty and holds no Containerfile: it would be replaced`,
    hint: 'give a new folder with --output',
  });
}

async function writeContextFile(context: string, { path, content }: ContextFile): Promise<void> {
  const target = join(context, path);
  await mkdir(dirname(target), { recursive: true });
  switch (content.kind) {
    case 'text':
      await writeFile(target, content.text);
      return;
    case 'file':
      await cp(content.source, target, { preserveTimestamps: true });
      return;
    case 'folder':
      await mkdir(target, { recursive: true });
      await writeFolder(target, content.content);
  }
}

/** buildah's cache looks at times, too: a second export of the same must not look new to it. */
async function writeFolder(target: string, { folder, entries }: FolderContent): Promise<void> {
  for (const entry of entries) {
    const path = join(target, entry.path);
    await mkdir(entry.type === 'directory' ? path : dirname(path), { recursive: true });
    if (entry.type === 'symlink') await symlink(entry.target, path);
    if (entry.type === 'file') {
      await cp(join(folder, entry.path), path, { preserveTimestamps: true });
      await chmod(path, entry.mode);
    }
  }
}
