import { type Diagnostic } from '@immutablue/diagnostics';
import { type ManifestEntry } from '../entry';

/** `override/forbidden-path` for each entry at a place where an image of this kind must not have it. */
export function checkManifest(entries: readonly ManifestEntry[]): readonly Diagnostic[] {
  throw new Error(`not written yet: ${entries.length}`);
}
