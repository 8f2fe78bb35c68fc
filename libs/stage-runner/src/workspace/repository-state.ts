import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, unlessMissing } from '@immutablue/oci';
import { labRepository, sha256, type BuildSelection, type RepositoryState } from '@immutablue/plan';

/** What is known of the repositories of an upstream profile: of the lab's its metadata; the real ones change at any time. */
export async function repositoryState(
  { upstream }: Pick<BuildSelection, 'upstream'>,
  workspaceRoot: string,
): Promise<RepositoryState> {
  switch (upstream) {
    case 'lab': {
      // repomd.xml names every other metadata file by its checksum: https://en.opensuse.org/openSUSE:Standards_Rpm_Metadata
      const link = labRepository(workspaceRoot);
      // Programs see the one whose digest is in the plan: the link leads elsewhere when the lab is brought up meanwhile.
      const folder = (await unlessMissing(() => realpath(link))) ?? link;
      const file = join(folder, 'rpms', 'repodata', 'repomd.xml');
      const metadata = await readIfThere(file);
      return metadata === undefined ? { kind: 'missing', file } : { kind: 'fixed', digest: sha256(metadata), folder };
    }
    case 'fedora':
      return { kind: 'open' };
  }
}
