import { join } from 'node:path';
import { type Architecture } from '@immutablue/variant';
import { type RecipeHash } from './recipe';

/** The kinds of artifacts in the cache; each is a directory of the cache with one directory per recipe. */
export const ARTIFACT_KINDS = [
  'key',
  'root-filesystem',
  'upstream-layer',
  'real-packages',
  'stand-ins',
  'repository',
  'images',
  'registry-program',
  'registry-clients',
] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** Where the lab keeps things. The cache is shared by all workspaces of a user; the rest belongs to one workspace. */
export interface LabPaths {
  /** The lab's part of the cache directory. */
  readonly cache: string;
  readonly lock: string;
  /** What is being made. The holder of the lock may remove everything in it: only a killed run leaves something. */
  readonly work: string;
  /** The registry's images and the file that names its process. */
  readonly registry: string;
  /** A link to the current repository: what builds mount. */
  readonly repositoryLink: string;
}

/** @param cacheDirectory as `cacheDirectory()` of @immutablue/oci gives it. */
export function labPaths(cacheDirectory: string, workspaceRoot: string): LabPaths {
  const cache = join(cacheDirectory, 'lab');
  return {
    cache,
    lock: join(cache, 'lock'),
    work: join(cache, 'work'),
    registry: join(cache, 'registry'),
    repositoryLink: join(workspaceRoot, '.immutablue/lab/repository'),
  };
}

/** Where an artifact is when it is whole. */
export function artifactDirectory(paths: LabPaths, kind: ArtifactKind, hash: RecipeHash): string {
  return join(paths.cache, kind, hash);
}

/** The file that says what the lab holds for an architecture: an output of `lab:up` and an input of builds. */
export function labFile(workspaceRoot: string, architecture: Architecture): string {
  const name = architecture === 'x86_64' ? 'lab.json' : `lab-${architecture}.json`;
  return join(workspaceRoot, 'tools/lab/dist', name);
}
