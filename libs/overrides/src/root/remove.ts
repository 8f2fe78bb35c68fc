import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import { DiagnosticError } from '@immutablue/diagnostics';
import { joinBytes, namesIn } from '../host';
import { outsideRoot, parentOf } from '../path';
import { explainBlocked, hostPathOf, lookup, lookupOrThrow, type RootPlace } from './lookup';
import { notUsable } from './failures';
import { type RemoveResult } from './root-filesystem';
import { settleDirectory } from './write';

/** See `RootFilesystem.remove`. */
export async function removeAt(place: RootPlace, path: string): Promise<RemoveResult> {
  const result = lookup(place, path, 'keep');
  if (result.type === 'blocked') {
    // Nothing can be below a file: what is to be gone is not there.
    if (result.reason === 'not-a-directory') return { path: result.at, outcome: 'absent', count: 0 };
    throw notUsable(path, explainBlocked(result));
  }
  if (result.type === 'missing') return { path: result.path, outcome: 'absent', count: 0 };
  if (result.path === '/') throw new DiagnosticError(outsideRoot(path, 'is the root itself and cannot be removed'));
  const count = await removeTree(Buffer.from(result.hostPath));
  settleDirectory(place, parentOf(result.path));
  return { path: result.path, outcome: 'removed', count };
}

/** See `RootFilesystem.emptyDirectory`. */
export async function emptyDirectoryAt(place: RootPlace, path: string): Promise<RemoveResult> {
  const result = lookupOrThrow(place, path, 'follow');
  if (result.type === 'missing') return { path: result.path, outcome: 'absent', count: 0 };
  if (result.type !== 'directory') throw notUsable(path, 'is not a directory');
  if (result.path === '/') throw new DiagnosticError(outsideRoot(path, 'is the root itself and cannot be emptied'));
  const count = await removeChildren(Buffer.from(hostPathOf(place, result.path)));
  if (count === 0) return { path: result.path, outcome: 'absent', count };
  settleDirectory(place, result.path);
  return { path: result.path, outcome: 'removed', count };
}

/** By the bytes of the names, because what is to be removed may have names that no text stands for. */
async function removeTree(hostPath: Buffer): Promise<number> {
  if (!lstatSync(hostPath).isDirectory()) {
    unlinkSync(hostPath);
    return 1;
  }
  const below = await removeChildren(hostPath);
  rmdirSync(hostPath);
  return below + 1;
}

async function removeChildren(directory: Buffer): Promise<number> {
  let count = 0;
  for (const { name } of namesIn(directory)) count += await removeTree(joinBytes(directory, name));
  return count;
}
