import { upstreamProfile } from '@immutablue/variant';
import { isExplicitEntry } from '../explicit-entry';
import type { PlanInput } from '../model';
import { isRead } from '../reads';
import type { FilesStep } from '../steps/files';
import type { Step } from '../steps/registry';
import type { WriteFileStep } from '../steps/write-file';
import { earlyOverrides, lateOverrides, packageStagesRead } from './order';

/** Before the packages, because they or scripts beside them read it; or after them, where an edit runs no transaction. */
export type Phase = FilesStep['phase'];

/** Writes the files in /usr/immutablue that scripts may read: the build options and the package lists. */
export function writtenFiles(input: PlanInput, phase: Phase): Step[] {
  const files: WriteFileStep[] = [
    {
      kind: 'write-file',
      what: 'the build options',
      path: '/usr/immutablue/build_options',
      content: `${input.variant.options.join(',')}\n`,
      mode: 0o644,
    },
    ...input.packageFiles.map((file): WriteFileStep => ({
      kind: 'write-file',
      what: `the package list of ${file.variant}`,
      path: `/usr/immutablue/packages/${file.variant}.yaml`,
      content: file.content,
      source: file.file,
      mode: 0o644,
    })),
  ];
  return files.filter(({ path }) => phaseOf(input, path) === phase);
}

/** Places pinned files. */
export function downloads(input: PlanInput, phase: Phase): Step[] {
  const { mapDownload } = upstreamProfile(input.upstream);
  const files = input.packages.downloads
    .map((entry) => ({ entry, fetched: mapDownload(entry.value), mode: parseInt(entry.value.mode ?? '0755', 8) }))
    .filter(({ fetched }) => phaseOf(input, fetched.path) === phase);
  return files.length === 0 ? [] : [{ kind: 'pinned-files', files }];
}

/** Copies overrides; they come last of what is copied, and thereby win. */
export function overrides(input: PlanInput, phase: Phase): Step[] {
  const entries = phase === 'before-packages' ? earlyOverrides(input) : lateOverrides(input);
  return entries.some(isExplicitEntry) ? [{ kind: 'files', entries, phase }] : [];
}

function phaseOf(input: PlanInput, path: string): Phase {
  return isRead(path, packageStagesRead(input)) ? 'before-packages' : 'after-packages';
}
