import { dirname, relative, sep } from 'node:path';

const NAME = '@immutablue/nx';

/**
 * How targets name the package that has their executors: an installed one by its name, one of the workspace by its path. By
 * its name Nx would look for the sources of that itself, and load a TypeScript compiler for it in each process.
 */
export function executorPackage(workspaceRoot: string): string {
  const path = relative(workspaceRoot, dirname(require.resolve(`${NAME}/package.json`))).split(sep);
  return path.includes('..') || path.includes('node_modules') ? NAME : `./${path.join('/')}`;
}
