import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPlan } from '../plan/plan';
import { labRepository } from '../stages/context';

/** What is known of the repositories that a build installs from. */
export interface RepositoryState {
  readonly state: string;
  /** Whether `state` says everything: only then can an earlier build with the same key stand for this one. */
  readonly isFixed: boolean;
}

/** The state of the repositories: of the lab's by its metadata; the real ones change at any time. */
export async function repositoryState(plan: BuildPlan, workspaceRoot: string): Promise<RepositoryState> {
  switch (plan.upstream) {
    case 'lab': {
      // repomd.xml names every other metadata file by its checksum: https://en.opensuse.org/openSUSE:Standards_Rpm_Metadata
      const metadata = await readFile(join(labRepository(workspaceRoot), 'rpms', 'repodata', 'repomd.xml'));
      return { state: createHash('sha256').update(metadata).digest('hex'), isFixed: true };
    }
    case 'fedora':
      return { state: 'unknown', isFixed: false };
  }
}
