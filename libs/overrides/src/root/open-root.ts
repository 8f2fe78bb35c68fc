import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { guarded } from './failures';
import { lookupOrThrow, type RootPlace } from './lookup';
import { exists, listOf, readFileOf, sha256Of, statOf, walkOf } from './read';
import { emptyDirectoryAt, removeAt } from './remove';
import { type RootFilesystem, type RootOptions } from './root-filesystem';
import { copyFileTo, makeDirectoryAt, makeSymlinkAt, setAttributesOf, writeFileAt } from './write';

/**
 * The root filesystem mounted at `mountPoint`, an absolute path of this machine.
 *
 * @throws {DiagnosticError} `build/root-filesystem` when no directory is there, or when it is this machine's own root.
 */
export async function openRoot(mountPoint: string, options: RootOptions): Promise<RootFilesystem> {
  const place: RootPlace = { mountPoint: await checkedMountPoint(mountPoint), epochSeconds: options.epochSeconds };
  return {
    mountPoint: place.mountPoint,
    resolve: (path, lastPart = 'follow') =>
      guarded(path, () => {
        const { path: resolved, hostPath, type } = lookupOrThrow(place, path, lastPart);
        return { path: resolved, hostPath, type };
      }),
    exists: (path) => guarded(path, () => exists(place, path)),
    lstat: (path) => guarded(path, () => statOf(place, path)),
    readFile: (path) => guarded(path, () => readFileOf(place, path)),
    sha256: (path) => guarded(path, () => sha256Of(place, path)),
    list: (path) => guarded(path, () => listOf(place, path)),
    walk: (path) => walkOf(place, path),
    writeFile: (path, content, attributes) => guarded(path, () => writeFileAt(place, path, content, attributes)),
    copyFile: (sourceFile, path, attributes, expected) =>
      guarded(path, () => copyFileTo(place, sourceFile, path, attributes, expected)),
    makeSymlink: (path, target, owner = {}) => guarded(path, () => makeSymlinkAt(place, path, target, owner)),
    makeDirectory: (path, attributes) => guarded(path, () => makeDirectoryAt(place, path, attributes)),
    setAttributes: (path, attributes) => guarded(path, () => setAttributesOf(place, path, attributes)),
    remove: (path) => guarded(path, () => removeAt(place, path)),
    emptyDirectory: (path) => guarded(path, () => emptyDirectoryAt(place, path)),
  };
}

async function checkedMountPoint(mountPoint: string): Promise<string> {
  const refuse = (why: string) =>
    new DiagnosticError({ code: 'build/root-filesystem', message: `\`${mountPoint}\` ${why}` });
  if (!isAbsolute(mountPoint)) throw refuse('is not an absolute path');
  const directory = await guarded(mountPoint, () => realpath(mountPoint));
  if (!(await stat(directory)).isDirectory()) throw refuse('is not a directory');
  // A slip in the caller must not turn a build into a change of the machine that it runs on.
  if (directory === '/') throw refuse("is this machine's own root filesystem");
  return directory;
}
