import { basename } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '@immutablue/executor';
import type * as z from 'zod';
import type { Hits } from './hits';
import { readPluginOptions, type PluginOptions } from './settings';

/** What an executor works on: all that it needs of Nx, as data that can be passed to another process. */
export interface Task<Options> {
  readonly workspaceRoot: string;
  readonly variant: string;
  readonly plugin: PluginOptions;
  readonly options: Options;
  /** What becomes of a hit of the registry. */
  readonly hits: Hits;
}

/** What Nx says of a task besides its options. */
export interface TaskContext extends Pick<ExecutorContext, 'root' | 'nxJsonConfiguration'> {
  readonly variant: string;
  readonly hits: Hits;
}

/** The variant of a project: its folder has its name, whatever Nx calls the project. @param root the project's folder. */
export function variantAt(root: string): string {
  return basename(root);
}

/** Makes a task of what Nx gives an executor. @throws {DiagnosticError} when an option is wrong. */
export function createTask<Schema extends z.ZodObject>(
  schema: Schema,
  options: unknown,
  { root, variant, nxJsonConfiguration, hits }: TaskContext,
): Task<z.output<Schema>> {
  return {
    workspaceRoot: root,
    variant,
    plugin: readPluginOptions(nxJsonConfiguration),
    options: parseOptions(schema, options),
    hits,
  };
}
