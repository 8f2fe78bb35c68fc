/** What Nx loads in its own process: the plugin, and the hashers, which are loaded when a task is to run. */
import type { CustomHasher } from '@nx/devkit';

export * from './plugin';

/** Hashes tasks that leave images. */
export const hashBuild: CustomHasher = async (task, context) =>
  (await import('./tasks/index.js')).hashBuild(task, context);

/** Hashes tasks that run dep-builders. */
export const hashDependencies: CustomHasher = async (task, context) =>
  (await import('./tasks/index.js')).hashDependencies(task, context);

/** Hashes tasks that look at the files of a variant. */
export const hashCheck: CustomHasher = async (task, context) =>
  (await import('./tasks/index.js')).hashCheck(task, context);

/** Hashes tasks that look at images. */
export const hashLook: CustomHasher = async (task, context) =>
  (await import('./tasks/index.js')).hashLook(task, context);
