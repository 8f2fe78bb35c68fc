import { type Diagnostic } from '@immutablue/diagnostics';
import { type Manifest, type OverrideTree } from '../entry';

export interface ScanResult {
  readonly manifest: Manifest;
  /** Everything in the tree that cannot be in an image, in the order of the paths. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a whole tree. Symlinks are entries; they are never followed. */
export function scanTree(tree: OverrideTree): Promise<ScanResult> {
  throw new Error(`not written yet: ${tree.directory}`);
}
