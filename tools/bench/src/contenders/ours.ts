import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetBuilds, type BenchWorkspace } from '../bench-workspace';
import type { Contender } from './contender';
import { emptyStore } from './store';

/** This workspace. */
export function ours(bench: BenchWorkspace): Contender {
  return {
    name: 'ours',
    reset: async () => {
      await forgetBuilds(bench);
      await emptyStore(bench.workspace.store);
      await rm(join(bench.workspace.cacheDirectory, 'packages'), { recursive: true, force: true });
    },
    prepare: () => Promise.resolve(),
    build: async (variants, expect) => {
      const { seconds, writtenBytes, lines } = await bench.nx(buildWords(variants), expect);
      return { seconds, writtenBytes, transactions: countTransactions(lines) };
    },
  };
}

/** What nx is told to build variants. */
export function buildWords(variants: readonly string[]): readonly string[] {
  return ['run-many', '--targets', 'build', '--projects', variants.join(','), '--outputStyle', 'static'];
}

/** How many package transactions a run of Nx shows; what it repeats from its cache did not run. */
export function countTransactions(lines: readonly string[]): number {
  let isRepeated = false;
  let transactions = 0;
  for (const line of lines) {
    if (line.startsWith('> nx run ')) isRepeated = /cache\b/.test(line);
    if (!isRepeated && /\| Running transaction\s*$/.test(line)) transactions += 1;
  }
  return transactions;
}
