import { chmod, link, mkdir, open, rm, symlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { cacheDirectory, namesIn, isOrphan, whileWriting } from '@immutablue/oci';
import type { EffectiveEntry, FolderContent } from '@immutablue/overrides';
import {
  COMMON_SCRIPT,
  folderDigest,
  sha256,
  type DepBuilder,
  type PlannedScript,
  type StagePlan,
} from '@immutablue/plan';

/** Copies of exactly the files that a plan lists: what a build sees, whatever becomes of the workspace meanwhile. */
export interface Snapshot {
  /** Absolute path of the copy of an override; its own place where it is not among what was asked for. */
  readonly contentOf: (entry: EffectiveEntry) => string;
  /** Absolute path of a folder that holds links to the copies. */
  readonly folderOf: (content: FolderContent) => string;
  /** Absolute path of the copy of the helpers that a script sources. */
  readonly commonOf: (script: PlannedScript) => string;
  readonly remove: () => Promise<void>;
}

/** Whatever umask the build runs under: copies of folders come into images. */
const FOLDER_MODE = 0o755;

/**
 * Copies what sub-stages and dep-builders read of the workspace.
 *
 * @param name unique on this machine; see ownedName.
 * @throws {DiagnosticError} `file/changed` when a file is not the one that was planned, `oci/no-space` when there is no room for them.
 */
export async function takeSnapshot(
  name: string,
  reads: { readonly stages?: readonly StagePlan[]; readonly depBuilders?: readonly DepBuilder[] },
): Promise<Snapshot> {
  const directory = join(snapshotsDirectory(), name);
  const remove = () => rm(directory, { recursive: true, force: true });
  const files = join(directory, 'files');
  const copies = new Map<string, string>();
  try {
    await removeOrphanedSnapshots();
    const steps = (reads.stages ?? []).flatMap((stage) => stage.steps);
    for (const { source, sha256 } of steps.flatMap((step) => (step.kind === 'files' ? fileEntries(step) : []))) {
      await copyOnce(source, sha256, 0o644);
    }
    const scripts = steps.flatMap((step) => (step.kind === 'script' ? [step.script] : []));
    for (const { common } of scripts) await copyOnce(COMMON_SCRIPT, common, 0o644);
    const folders = [...scripts.map(({ sees }) => sees), ...(reads.depBuilders ?? []).map(({ content }) => content)];
    for (const content of folders) await makeFolder(content);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    contentOf: (entry) =>
      (entry.type === 'file' ? copies.get(copyName(entry.sha256, 0o644)) : undefined) ?? entry.source,
    folderOf: (content) => folderPath(directory, content),
    commonOf: ({ common }) => join(files, copyName(common, 0o644)),
    remove,
  };

  async function copyOnce(source: string, sha256: string, mode: number): Promise<string> {
    const copyId = copyName(sha256, mode);
    const known = copies.get(copyId);
    if (known !== undefined) return known;
    const target = join(files, copyId);
    await whileWriting(target, async () => {
      await mkdir(files, { recursive: true });
      await copyChecked(source, target, sha256);
      await chmod(target, mode);
    });
    copies.set(copyId, target);
    return target;
  }

  async function makeFolder(content: FolderContent): Promise<void> {
    const folder = folderPath(directory, content);
    await whileWriting(folder, () => fillFolder(folder, content));
  }

  async function fillFolder(folder: string, content: FolderContent): Promise<void> {
    await mkdir(folder, { recursive: true });
    await chmod(folder, FOLDER_MODE);
    for (const entry of content.entries) {
      const target = join(folder, entry.path);
      await makeFolders(folder, entry.type === 'directory' ? entry.path : dirname(entry.path));
      if (entry.type === 'symlink') await symlink(entry.target, target);
      if (entry.type === 'file') {
        await link(await copyOnce(join(content.folder, entry.path), entry.sha256, entry.mode), target);
      }
    }
  }
}

/** Makes a folder below another, and those on the way. */
async function makeFolders(below: string, path: string): Promise<void> {
  if (path === '.') return;
  await makeFolders(below, dirname(path));
  const target = join(below, path);
  await mkdir(target, { recursive: true });
  await chmod(target, FOLDER_MODE);
}

function fileEntries({ entries }: { readonly entries: readonly EffectiveEntry[] }) {
  return entries.filter((entry) => entry.type === 'file');
}

function copyName(sha256: string, mode: number): string {
  return `${sha256}-${mode.toString(8)}`;
}

function folderPath(directory: string, content: FolderContent): string {
  // Scripts of several variants may see folders that hold the same, or nothing.
  const place = sha256(`${content.folder}\0${folderDigest(content)}`);
  return join(directory, 'folders', place.slice(0, 32));
}

/** Copies a regular file whose content must have this digest. Links at its place are not followed. */
async function copyChecked(source: string, target: string, sha256: string): Promise<void> {
  const from = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw changed(source, error);
    },
  );
  try {
    const to = await open(target, 'wx');
    try {
      const hash = createHash('sha256');
      for await (const piece of from.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
        hash.update(piece);
        await to.writeFile(piece);
      }
      if (hash.digest('hex') !== sha256) throw changed(source);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

function changed(file: string, cause?: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'file/changed',
      message: `\`${file}\` changed after the build was planned`,
      location: { file, line: 1, column: 1 },
      hint: 'build again',
    },
    { cause },
  );
}

function snapshotsDirectory(): string {
  return join(cacheDirectory(), 'snapshots');
}

/** Of builds that ended without cleaning up. */
async function removeOrphanedSnapshots(): Promise<void> {
  for (const name of await namesIn(snapshotsDirectory())) {
    if (await isOrphan(name)) await rm(join(snapshotsDirectory(), name), { recursive: true, force: true });
  }
}
