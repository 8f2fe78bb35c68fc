import { nearestName, visible, type Diagnostic } from '@immutablue/diagnostics';
import { type EffectiveEntry, type OverridePermission } from '../entry';
import { type EffectiveResult } from './effective';

/**
 * The entries with mode and owner as stated; of two permissions for one path, what the later one states wins. A path
 * without an override is `override/unknown-path`; a mode for a symlink, which has none, is `override/type-conflict`.
 */
export function applyPermissions(
  entries: readonly EffectiveEntry[],
  permissions: readonly OverridePermission[],
): EffectiveResult {
  const byPath = new Map<string, EffectiveEntry>(entries.map((entry) => [entry.path, entry]));
  const diagnostics: Diagnostic[] = [];
  for (const permission of permissions) {
    const entry = byPath.get(permission.path);
    if (entry === undefined) diagnostics.push(unknownPath(permission, entries));
    else if (entry.type === 'symlink' && permission.mode !== undefined) diagnostics.push(modeOfSymlink(permission));
    else byPath.set(entry.path, withPermission(entry, permission));
  }
  return { entries: [...byPath.values()], diagnostics };
}

function withPermission(entry: EffectiveEntry, { mode, owner, group }: OverridePermission): EffectiveEntry {
  return {
    ...entry,
    mode: mode ?? entry.mode,
    owner: owner ?? entry.owner,
    group: group ?? entry.group,
    hasStatedPermissions: true,
  };
}

function unknownPath(permission: OverridePermission, entries: readonly EffectiveEntry[]): Diagnostic {
  const near = nearestName(
    permission.path,
    entries.map(({ path }) => path),
  );
  return {
    code: 'override/unknown-path',
    message: `there is no override at \`${visible(permission.path)}\` to set a mode or owner of`,
    ...(permission.location === undefined ? {} : { location: permission.location }),
    hint: near === undefined ? 'permissions are for files that the override trees hold' : `did you mean \`${near}\`?`,
  };
}

function modeOfSymlink(permission: OverridePermission): Diagnostic {
  return {
    code: 'override/type-conflict',
    message: `\`${permission.path}\` is a symlink, and a symlink has no mode of its own`,
    ...(permission.location === undefined ? {} : { location: permission.location }),
    hint: 'state the mode of the file that it points to',
  };
}
