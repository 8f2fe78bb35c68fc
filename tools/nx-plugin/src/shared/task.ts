import type { ExecutorContext } from '@nx/devkit';
import { parseOptions } from '@immutablue/executor';
import type * as z from 'zod';
import { readPluginOptions, type PluginOptions } from './settings';

/** What an executor works on: all that it needs of Nx, as data that can be passed to another process. */
export interface Task<Options> {
  readonly workspaceRoot: string;
  readonly variant: string;
  readonly plugin: PluginOptions;
  readonly options: Options;
}

/** Makes a task of what Nx gives an executor. @throws {DiagnosticError} when an option is wrong. */
export function createTask<Schema extends z.ZodObject>(
  schema: Schema,
  options: unknown,
  context: Pick<ExecutorContext, 'root' | 'projectName' | 'nxJsonConfiguration'>,
): Task<z.output<Schema>> {
  return {
    workspaceRoot: context.root,
    variant: context.projectName ?? '',
    plugin: readPluginOptions(context.nxJsonConfiguration),
    options: parseOptions(schema, options),
  };
}
