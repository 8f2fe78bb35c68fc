import { basename } from 'node:path/posix';
import type { TarEntry } from '@immutablue/oci';
import type { RootTree } from './root-tree';

export type UnitScope = 'system' | 'user';

/** What an image says of a unit. A unit that is not enabled by a link can still be started by others. */
export type UnitState = 'enabled' | 'disabled' | 'masked';

/** A unit that two images have in different states. */
export interface UnitChange {
  readonly name: string;
  readonly scope: UnitScope;
  readonly before: UnitState | 'absent';
  readonly after: UnitState | 'absent';
}

/** systemd.unit(5) */
const UNIT = /^[\w:.\\@-]+\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;
const PLACE =
  /^\/(?<folder>etc|usr\/lib)\/systemd\/(?<scope>system|user)\/(?:[^/]+\.(?<by>wants|requires|upholds)\/)?(?<name>[^/]+)$/;

/** What a path below the folders of units says. */
interface Statement {
  readonly scope: UnitScope;
  readonly name: string;
  readonly says: 'exists' | 'masked here' | 'enabled';
  readonly folder: 'etc' | 'usr/lib';
}

/** The meaning of links and files that `systemctl` makes; undefined for what says nothing of a unit's state. */
function statementOf(entry: TarEntry): Statement | undefined {
  const { folder, scope, by, name } = PLACE.exec(entry.path)?.groups ?? {};
  if (folder === undefined || name === undefined || !UNIT.test(name)) return undefined;
  const common = { scope: scope as UnitScope, folder: folder as Statement['folder'] };
  const isLink = entry.type === 'symlink';
  if (by !== undefined) return isLink && folder === 'etc' ? { ...common, name, says: 'enabled' } : undefined;
  if (isLink && entry.target === '/dev/null') return { ...common, name, says: 'masked here' };
  if (!isLink) return { ...common, name, says: entry.type === 'file' && entry.size === 0 ? 'masked here' : 'exists' };
  // Another name, by which `[Install] Alias=` enables a unit. Which target is booted into is no such name.
  const isAlias = folder === 'etc' && name !== 'default.target' && UNIT.test(basename(entry.target));
  return isAlias ? { ...common, name: basename(entry.target), says: 'enabled' } : undefined;
}

/** Whether an entry is a link whose only meaning is the state of a unit. */
export function isUnitLink(entry: TarEntry): boolean {
  return entry.type === 'symlink' && statementOf(entry) !== undefined;
}

/** The units whose state differs between two images, by name. Pure. */
export function unitDifference(before: RootTree, after: RootTree): readonly UnitChange[] {
  const [old, now] = [unitStates(before), unitStates(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): UnitChange[] => {
    const from = old.get(key) ?? 'absent';
    const to = now.get(key) ?? 'absent';
    const [name = '', scope] = key.split(' ');
    return from === to ? [] : [{ name, scope: scope as UnitScope, before: from, after: to }];
  });
}

/** By name and scope. */
function unitStates(tree: RootTree): ReadonlyMap<string, UnitState> {
  const said = new Map<string, Statement[]>();
  for (const { entry } of tree.values()) {
    const statement = statementOf(entry);
    if (statement === undefined) continue;
    const key = `${statement.name} ${statement.scope}`;
    said.set(key, [...(said.get(key) ?? []), statement]);
  }
  return new Map([...said].map(([key, statements]) => [key, stateOf(statements)]));
}

function stateOf(statements: readonly Statement[]): UnitState {
  const own = statements.filter(({ says }) => says !== 'enabled');
  // What is in /etc counts in place of what is in /usr.
  const [unit] = own.toSorted((left, right) => (left.folder < right.folder ? -1 : 1));
  if (unit?.says === 'masked here') return 'masked';
  return own.length < statements.length ? 'enabled' : 'disabled';
}
