import type { EffectiveEntry } from '@immutablue/overrides';

/** Directories that only lead to other entries are not what a person calls an override. */
export function isExplicitEntry(entry: EffectiveEntry): boolean {
  return entry.type !== 'directory' || entry.isEmpty || entry.hasStatedPermissions;
}
