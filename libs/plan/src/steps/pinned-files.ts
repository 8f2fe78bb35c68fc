import { count, formatMode, shellCommand } from '@immutablue/diagnostics';
import { lines } from '../containerfile/action';
import { originOf } from '../inputs';
import { DOWNLOADS_MOUNT } from '../mounts';
import { ancestorsAndSelf, paths } from '../reads';
import type { StepKind } from './kind';
import type { PinnedFile } from './pinned-file';

/** Fetches pinned files into the cache that all variants share, checks them, and places them in the root filesystem. */
export interface PinnedFilesStep {
  readonly kind: 'pinned-files';
  readonly files: readonly PinnedFile[];
}

export const pinnedFiles: StepKind<PinnedFilesStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ files }) => `place ${count(files.length, 'pinned file')}`,
  reads: ({ files }) => paths(files.flatMap(({ fetched }) => ancestorsAndSelf(fetched.path))),
  // What it is, not where it is fetched from: the checksum pins it.
  inputs: ({ files }) =>
    files.map(({ entry, fetched, mode }) => ({
      noun: 'pinned file',
      name: fetched.path,
      value: JSON.stringify([fetched.sha256, fetched.member, mode]),
      origin: originOf(entry.location),
      writes: fetched.path,
    })),
  print: ({ files }, shown) =>
    files.flatMap(({ entry, fetched, mode }) => [
      `${formatMode(mode)} ${fetched.path}  from ${fetched.url}${fetched.member === undefined ? '' : ` (${fetched.member})`}`,
      `     sha256 ${fetched.sha256}  ${shown.place(entry.location)}`,
    ]),
  run: async ({ files }, runtime) => {
    for (const file of files) await runtime.placePinnedFile(file);
  },
  containerfile: ({ files }) =>
    lines(
      files.map(({ fetched, mode }) =>
        shellCommand([
          ...['download', DOWNLOADS_MOUNT, fetched.url, fetched.sha256, fetched.path, mode.toString(8)],
          ...(fetched.member === undefined ? [] : [fetched.member]),
        ]),
      ),
      { sees: ['repositories', 'downloads'] },
    ),
};
