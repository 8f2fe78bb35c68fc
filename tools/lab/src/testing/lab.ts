import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabContext } from '../context';
import { labPaths } from '../cache/paths';

/** A lab of a spec's own, in a directory that is removed after it. */
export interface TestLab {
  readonly context: LabContext;
  readonly directory: string;
  /** Everything that was logged. */
  readonly lines: readonly string[];
  readonly abort: () => void;
  readonly remove: () => Promise<void>;
}

export async function createTestLab(): Promise<TestLab> {
  const directory = await mkdtemp(join(tmpdir(), 'lab-'));
  const lines: string[] = [];
  const controller = new AbortController();
  return {
    directory,
    lines,
    context: {
      workspaceRoot: join(directory, 'workspace'),
      paths: labPaths(join(directory, 'cache'), join(directory, 'workspace')),
      signal: controller.signal,
      log: (line) => lines.push(line),
    },
    abort: () => {
      controller.abort();
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
