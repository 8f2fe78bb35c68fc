import { isUtf8 } from 'node:buffer';
import { DiagnosticError, visible, type Diagnostic } from '@immutablue/diagnostics';

declare const rootPathBrand: unique symbol;

/** An absolute path in the root filesystem of an image, without `.`, `..`, empty parts or a slash at its end. */
export type RootPath = string & { readonly [rootPathBrand]: 'RootPath' };

/** The root directory itself. */
export const ROOT_DIRECTORY = '/' as RootPath;

/** The parts of `path`, none for the root itself. */
export function partsOf(path: RootPath): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/** The path of `name`, which is one part, in the directory `parent`. */
export function childOf(parent: RootPath, name: string): RootPath {
  return (parent === '/' ? `/${name}` : `${parent}/${name}`) as RootPath;
}

/** The directory that holds `path`; the root's is the root. */
export function parentOf(path: RootPath): RootPath {
  return (path.slice(0, path.lastIndexOf('/')) || '/') as RootPath;
}

/** Whether `path` is strictly below `directory`. */
export function isBelow(path: RootPath, directory: RootPath): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Orders paths by their bytes, as `LC_ALL=C sort` does: the same on every machine, a directory before what it holds. */
export function comparePaths(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * Splits an absolute path as it was written into its parts. `..` stays, because what it means is known only when the
 * links before it are resolved.
 *
 * @throws {DiagnosticError} `build/path-outside-root` when the path is relative, holds a NUL, or climbs above the root.
 */
export function splitPath(path: string): readonly string[] {
  const refuse = (why: string) => new DiagnosticError(outsideRoot(path, why));
  if (!path.startsWith('/')) throw refuse('is not an absolute path');
  if (path.includes('\0')) throw refuse('holds a NUL character');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  let depth = 0;
  for (const part of parts) {
    depth += part === '..' ? -1 : 1;
    if (depth < 0) throw refuse('leaves the root filesystem');
  }
  return parts;
}

/** The diagnostic for a path that does not name something inside the root filesystem. */
export function outsideRoot(path: string, why: string): Diagnostic {
  return {
    code: 'build/path-outside-root',
    message: `\`${visible(path)}\` ${why}`,
    hint: 'paths of an image are absolute and stay inside its root filesystem, for example `/usr/share/doc`',
  };
}

/** Whether `name` is UTF-8 without control characters, so that it can be shown and compared as text. */
export function isPrintable(name: Buffer): boolean {
  return isUtf8(name) && !/\p{Cc}/u.test(name.toString());
}
