import { join } from 'node:path';
import { upstreamProfile } from '@immutablue/variant';
import type { EffectiveEntry } from '@immutablue/overrides';
import { count } from '../count';
import { isExplicitEntry } from '../explicit-entry';
import type { PlanInput } from '../model';
import type { DownloadStep, Step, WriteFileStep } from '../step';
import { isRead } from '../reads';
import { repositoryMounts } from './context';
import { earlyOverrides, lateOverrides, packageStagesRead } from './order';

/** Where the command that fetches sees the cache of pinned files. */
const DOWNLOADS_MOUNT = '/run/immutablue/downloads';

/** Before the packages, because they or scripts beside them read it; or after them, where an edit runs no transaction. */
export type Phase = 'before packages' | 'after packages';

/** Writes the files in /usr/immutablue that scripts may read: the build options and the package lists. */
export function writtenFiles(input: PlanInput, moment: Phase): Step[] {
  const files: WriteFileStep[] = [
    {
      kind: 'write-file',
      purpose: 'write the build options',
      path: '/usr/immutablue/build_options',
      content: `${input.variant.options.join(',')}\n`,
      mode: 0o644,
    },
    ...input.packageFiles.map((file): WriteFileStep => ({
      kind: 'write-file',
      purpose: `write the package list of ${file.variant}`,
      path: `/usr/immutablue/packages/${file.variant}.yaml`,
      content: file.content,
      source: file.file,
      mode: 0o644,
    })),
  ];
  return files.filter(({ path }) => phaseOf(input, path) === moment);
}

/** Places pinned files. */
export function downloads(input: PlanInput, moment: Phase): Step[] {
  const { mapDownload } = upstreamProfile(input.upstream);
  const files = input.packages.downloads
    .map((entry) => ({ entry, fetched: mapDownload(entry.value), mode: parseInt(entry.value.mode ?? '0755', 8) }))
    .filter(({ fetched }) => phaseOf(input, fetched.path) === moment);
  if (files.length === 0) return [];
  const step: DownloadStep = {
    kind: 'download',
    purpose: `place ${count(files.length, 'pinned file')}`,
    files,
    cache: { source: join(input.cacheDirectory, 'downloads'), target: DOWNLOADS_MOUNT, access: 'read-write' },
    mounts: repositoryMounts(input),
  };
  return [step];
}

/** Copies overrides; they come last of what is copied, and thereby win. */
export function overrides(input: PlanInput, moment: Phase): Step[] {
  const entries = moment === 'before packages' ? earlyOverrides(input) : lateOverrides(input);
  const meant = entries.filter(isExplicitEntry);
  if (meant.length === 0) return [];
  return [{ kind: 'apply-overrides', purpose: `copy ${purpose(meant, moment)}`, entries }];
}

function purpose(meant: readonly EffectiveEntry[], moment: Phase): string {
  return `${count(meant.length, 'override')}${moment === 'after packages' ? ' that packages do not read' : ''}`;
}

function phaseOf(input: PlanInput, path: string): Phase {
  return isRead(path, packageStagesRead(input)) ? 'before packages' : 'after packages';
}
