import { join } from 'node:path';
import { upstreamProfile } from '@immutablue/variant';
import { count } from '../plan/count';
import type { PlanInput } from '../plan/plan';
import type { Step } from '../plan/step';
import { repositoryMounts } from './context';

/** Where the command that fetches sees the cache of pinned files. */
const DOWNLOADS_MOUNT = '/run/immutablue/downloads';

/** Copies what the dep-builders made, then pinned files, then the overrides, which thereby win. */
export function copy(input: PlanInput): Step[] {
  const dependencies = input.dependencies.map(({ variant }): Step => ({
    kind: 'copy-dependencies',
    purpose: `copy what the dep-builder of ${variant} made`,
    variant,
  }));
  const before = [...dependencies, ...downloads(input)];
  if (input.overrides.length === 0) return before;
  // Directories that only lead to other entries are not what a person calls an override.
  const meant = input.overrides.filter((entry) => entry.type !== 'directory' || entry.isEmpty);
  return [
    ...before,
    { kind: 'apply-overrides', purpose: `copy ${count(meant.length, 'override')}`, entries: input.overrides },
  ];
}

function downloads(input: PlanInput): Step[] {
  const { downloads } = input.packages;
  if (downloads.length === 0) return [];
  const { mapDownload } = upstreamProfile(input.upstream);
  return [
    {
      kind: 'download',
      purpose: `place ${count(downloads.length, 'pinned file')}`,
      files: downloads.map((entry) => ({
        entry,
        fetched: mapDownload(entry.value),
        mode: parseInt(entry.value.mode ?? '0755', 8),
      })),
      cache: { source: join(input.cacheDirectory, 'downloads'), target: DOWNLOADS_MOUNT, access: 'read-write' },
      mounts: repositoryMounts(input),
    },
  ];
}
