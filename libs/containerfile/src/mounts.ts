import type { BindMount } from '@immutablue/oci';
import { LAB_MOUNT } from '@immutablue/variant';

/** The build context that holds the lab's repository: `--build-context lab=<folder>`. */
export const LAB_CONTEXT = 'lab';

/**
 * What a step's mount from this machine is in a Containerfile: the cache of a package manager becomes the builder's own, and
 * the lab's repository a build context. Mounts of the context itself are none of these: undefined.
 */
export function mountFlag(mount: BindMount): string | undefined {
  if (mount.target === LAB_MOUNT) return `--mount=type=bind,from=${LAB_CONTEXT},target=${LAB_MOUNT}`;
  return mount.access === 'read-write' ? `--mount=type=cache,target=${mount.target}` : undefined;
}

/** The flags for all of these, each once. */
export function mountFlags(mounts: readonly BindMount[]): string[] {
  return [...new Set(mounts.map(mountFlag).filter((flag) => flag !== undefined))];
}
