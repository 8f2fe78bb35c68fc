import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADLESS_IMAGE } from '../../../../e2e/support/workspace';
import type { BenchWorkspace } from '../bench-workspace';
import { HAND_ENVIRONMENT, measure } from '../measure';
import type { Floor } from '../result';
import { median, type Sample, type Summary } from '../statistics';
import type { Bench } from './bench';

/** What is measured by turns with the contenders: a machine that becomes slower does so for both. */
export interface MeasuredBeside {
  readonly what: string;
  readonly measure: (workspace: Pick<BenchWorkspace, 'nx'>) => Promise<Sample>;
}

/** Nx's own start-up, in the same mode: no build through Nx is faster. */
export const START_UP_OF_NX: MeasuredBeside = {
  what: '`nx show projects`',
  measure: (workspace) => workspace.nx(['show', 'projects']),
};

/** The floor that was measured beside contenders. */
export function floorBeside({ what }: MeasuredBeside, samples: readonly Sample[]): Floor {
  return { what, seconds: median(samples.map(({ seconds }) => seconds)) };
}

/** A commit of as many bytes as ours wrote, in one file: no build that leaves them is faster. */
export async function commitOfSameBytes({ workspace }: Bench, ours: Summary): Promise<Floor> {
  const { store } = workspace.workspace;
  const container = await store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
  try {
    const root = await store.run('buildah', 'mount', container);
    // A commit reads what is there and writes it once more.
    await writeBytes(join(root, 'usr', 'bench'), Math.round(ours.writtenBytes / 2));
    const measured = await measure(['buildah', 'commit', '--quiet', container], {
      cwd: workspace.scratch,
      environment: { ...store.environment, ...HAND_ENVIRONMENT },
    });
    await store.run('buildah', 'rmi', measured.result.stdout.trim());
    return { what: `commit of ${(ours.writtenBytes / 2e6).toFixed(1)} MB`, seconds: measured.seconds };
  } finally {
    await store.run('buildah', 'rm', container);
  }
}

const PIECE = 1024 * 1024;

async function writeBytes(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let left = bytes; left > 0; left -= PIECE) {
      // Not zeros: they would be compressed away.
      const piece = Buffer.alloc(Math.min(left, PIECE), `${left} `);
      await file.write(piece);
    }
  } finally {
    await file.close();
  }
}
