import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory for each test, removed after it. */
export function useTemporaryDirectory(): () => string {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'overrides-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  return () => directory;
}

/**
 * Tests that change owners or make device nodes, which only root can do. Without root they are skipped, and their name in
 * the report says why.
 */
export function describeAsRoot(name: string, body: () => void): void {
  if (process.getuid?.() === 0) describe(name, body);
  else describe.skip(`${name} (not run: needs root)`, body);
}
