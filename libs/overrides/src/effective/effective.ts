import { type Diagnostic } from '@immutablue/diagnostics';
import { type EffectiveEntry, type Manifest, type OverridePermission } from '../entry';

export interface EffectiveResult {
  /** One entry for each path, sorted by path (by bytes). */
  readonly entries: readonly EffectiveEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which entry wins at each path; a file in one tree that is a directory in another is `override/type-conflict`. */
export function effectiveOverrides(manifests: readonly Manifest[]): EffectiveResult {
  throw new Error(`not written yet: ${manifests.length}`);
}

/** The entries with mode and owner as stated; for a path without an override `override/unknown-path`. */
export function applyPermissions(
  entries: readonly EffectiveEntry[],
  permissions: readonly OverridePermission[],
): EffectiveResult {
  throw new Error(`not written yet: ${entries.length} ${permissions.length}`);
}
