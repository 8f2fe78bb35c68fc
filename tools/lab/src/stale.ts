import { type Artifact, listArtifacts } from './cache/artifact';
import { ARTIFACT_KINDS, type ArtifactKind, type LabPaths } from './cache/paths';
import { type LabImage } from './images/images';
import { readRepositoryLink } from './packages/repository';
import { LAB_IMAGES, type StoredImage } from './images/store';

/** A directory of the cache whose recipe a workspace does not use. */
export interface StaleArtifact {
  readonly kind: ArtifactKind;
  readonly directory: string;
}

/** Records of images are small and go with the images; the registry's program and its clients serve every workspace. */
const KINDS = ARTIFACT_KINDS.filter((kind) => !['images', 'registry-program', 'registry-clients'].includes(kind));

/** What the cache has besides the artifacts that are in use and the repository that this workspace's builds mount. */
export async function staleArtifacts(paths: LabPaths, used: readonly Artifact[]): Promise<StaleArtifact[]> {
  const directories = new Set([...used.map(({ directory }) => directory), await readRepositoryLink(paths)]);
  const found = await Promise.all(KINDS.map(async (kind) => ({ kind, all: await listArtifacts(paths, kind) })));
  return found.flatMap(({ kind, all }) =>
    all.filter((directory) => !directories.has(directory)).map((directory) => ({ kind, directory })),
  );
}

/** The lab's images in the store under names that are not in use. */
export function staleImages(
  stored: readonly StoredImage[],
  used: readonly LabImage[],
): { readonly name: string; readonly size: string }[] {
  const references = new Set(used.map(({ reference }) => reference));
  return stored.flatMap(({ names, size }) =>
    names.filter((name) => name.startsWith(LAB_IMAGES) && !references.has(name)).map((name) => ({ name, size })),
  );
}
