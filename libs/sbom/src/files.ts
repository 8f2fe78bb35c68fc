import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { RootFilesystem } from '@immutablue/overrides';
import type { BuildPlan, Step } from '@immutablue/plan';
import type { FileDigests, OverrideFile, PinnedDownload } from './contents';
import { linesBelow } from './line';

/**
 * The files of an image that builds have placed there and that are still there. Where several builds place one, the last counts.
 *
 * @param plans of the image and of those that it stands on, the lowest first.
 */
export async function filesOf(
  root: Pick<RootFilesystem, 'lstat' | 'readFile'>,
  plans: readonly BuildPlan[],
  workspaceRoot: string,
): Promise<{ readonly downloads: readonly PinnedDownload[]; readonly overrides: readonly OverrideFile[] }> {
  const placed = new Map<string, Placed>();
  for (const { variant, stages } of plans) {
    for (const step of stages.flatMap(({ steps }) => steps)) {
      for (const file of placedBy(step, variant, workspaceRoot)) placed.set(file.path, file);
    }
  }
  const downloads: PinnedDownload[] = [];
  const overrides: OverrideFile[] = [];
  for (const [path, file] of [...placed].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if ((await root.lstat(path))?.type !== 'file') continue;
    const content = digestsOf(await root.readFile(path));
    if ('url' in file) downloads.push({ ...file, content });
    else overrides.push({ ...file, content });
  }
  return { downloads, overrides };
}

type Placed = Omit<PinnedDownload, 'content'> | Omit<OverrideFile, 'content'>;

/** The files that a step places. */
function placedBy(step: Step, variant: string, workspaceRoot: string): Placed[] {
  const lineOf = linesBelow(workspaceRoot);
  if (step.kind === 'pinned-files') {
    return step.files.map(({ entry, fetched: { name, url, sha256, path } }) => ({
      ...{ name, url, sha256, path, variant },
      line: lineOf(entry.location),
    }));
  }
  if (step.kind !== 'files') return [];
  const files = step.entries.filter(({ type }) => type === 'file');
  return files.map(({ path, source }) => ({ path, variant, source: relative(workspaceRoot, source) }));
}

function digestsOf(content: Buffer): FileDigests {
  const digest = (algorithm: 'sha1' | 'sha256') => createHash(algorithm).update(content).digest('hex');
  return { sha256: digest('sha256'), sha1: digest('sha1') };
}
