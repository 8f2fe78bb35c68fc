import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { type BuildPlan, labRepository } from '@immutablue/plan';

/** What is known of the repositories that a build installs from. */
export interface RepositoryState {
  readonly state: string;
  /** Whether `state` says everything: only then can an earlier build with the same key stand for this one. */
  readonly isFixed: boolean;
}

/**
 * The state of the repositories: nothing for a build with a lock, whose plan names every file that is installed; of the lab's by its metadata; the real ones change at any time.
 *
 * @throws {DiagnosticError} `lab/incomplete` when the lab has no repository.
 */
export async function repositoryState(plan: BuildPlan, workspaceRoot: string): Promise<RepositoryState> {
  if (plan.lock !== undefined) return { state: 'locked', isFixed: true };
  return openRepositoryState(plan, workspaceRoot);
}

/** The state of the repositories for what no lock is about: dep-builders follow them. */
export async function openRepositoryState(plan: BuildPlan, workspaceRoot: string): Promise<RepositoryState> {
  switch (plan.upstream) {
    case 'lab': {
      // repomd.xml names every other metadata file by its checksum: https://en.opensuse.org/openSUSE:Standards_Rpm_Metadata
      const metadata = await readLabMetadata(join(labRepository(workspaceRoot), 'rpms', 'repodata', 'repomd.xml'));
      return { state: createHash('sha256').update(metadata).digest('hex'), isFixed: true };
    }
    case 'fedora':
      return { state: 'unknown', isFixed: false };
  }
}

async function readLabMetadata(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new DiagnosticError(
      {
        code: 'lab/incomplete',
        message: `the lab's package repository is not there: no \`${file}\``,
        hint: 'make it: `npx nx run lab:up`',
      },
      { cause: error },
    );
  }
}
