import { relative } from 'node:path';
import type { SourceLocation } from '@immutablue/diagnostics';
import type { Line } from './contents';

/** Shows places in files of a workspace: the same on every machine. Pure. */
export function linesBelow(workspaceRoot: string): (location: SourceLocation) => Line {
  return ({ file, line }) => `${relative(workspaceRoot, file)}:${line}`;
}
