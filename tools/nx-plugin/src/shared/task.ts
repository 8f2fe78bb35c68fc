import type { ExecutorContext } from '@nx/devkit';
import { DiagnosticError } from '@immutablue/diagnostics';
import { ARCHITECTURES, isRelease, UPSTREAM_PROFILES, type Release } from '@immutablue/variant';
import * as z from 'zod';
import { readPluginOptions, type PluginOptions } from './settings';

const release = z.custom<Release>(
  (value) => typeof value === 'string' && isRelease(value),
  'expected a Fedora release',
);

/** The options that executors have in common: which of a variant's images is meant. */
export const selectionOptionsSchema = z.object({
  // On a command line `--release=43` is a number.
  release: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), release.optional()),
  upstream: z.enum(UPSTREAM_PROFILES).optional(),
  architecture: z.enum(ARCHITECTURES).optional(),
});

/** What an executor works on: all that it needs of Nx, as data that can be passed to another process. */
export interface Task<Options> {
  readonly workspaceRoot: string;
  readonly variant: string;
  readonly plugin: PluginOptions;
  readonly options: Options;
}

/** Makes a task of what Nx gives an executor. @throws {DiagnosticError} when an option is wrong. */
export function createTask<Options>(
  schema: z.ZodType<Options>,
  rawOptions: unknown,
  context: Pick<ExecutorContext, 'root' | 'projectName' | 'nxJsonConfiguration'>,
): Task<Options> {
  const options = schema.safeParse(rawOptions);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new DiagnosticError({
      code: 'yaml/wrong-value',
      message: `the option --${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`,
    });
  }
  return {
    workspaceRoot: context.root,
    variant: context.projectName ?? '',
    plugin: readPluginOptions(context.nxJsonConfiguration),
    options: options.data,
  };
}
