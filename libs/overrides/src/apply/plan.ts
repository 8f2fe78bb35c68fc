import { DiagnosticError, visible, type Diagnostic } from '@immutablue/diagnostics';
import { forbiddenAt } from '../gate/check';
import { refusalOf } from '../gate/refusal';
import { type EffectiveEntry } from '../entry';
import { comparePaths, isBelow, parentOf, type RootPath } from '../path';
import { type ResolvedPath, type RootFilesystem } from '../root/root-filesystem';
import { ownerNumbersOf, readAccounts, type Accounts, type OwnerNumbers } from './accounts';
import { differencesAt } from './difference';
import { hasLinkInstead, resolveEntry, resolveOrError } from './resolve-entry';

/** What is to be done for one entry. */
export interface Step {
  readonly entry: EffectiveEntry;
  /** The place to write, without links. */
  readonly path: RootPath;
  readonly owner: OwnerNumbers;
  /** `adjust`: set mode and owner of a directory that is there. */
  readonly action: 'create' | 'replace' | 'adjust' | 'keep';
}

export interface ApplyPlan {
  /** In the order in which they can be done: directories before what they hold. */
  readonly steps: readonly Step[];
  /** When there are any, none of the steps may be done. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks at the root filesystem, changes nothing, and says what is to be done. */
export async function planApply(root: RootFilesystem, entries: readonly EffectiveEntry[]): Promise<ApplyPlan> {
  const accounts = await readAccounts(root);
  const steps: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  const refused: RootPath[] = [];
  for (const entry of entries) {
    // What is below a directory that cannot be made would be the same fault again.
    if (refused.some((directory) => isBelow(entry.path, directory))) continue;
    const planned = await planEntry(root, entry, accounts);
    if ('action' in planned) {
      steps.push(planned);
    } else {
      if (entry.type === 'directory') refused.push(entry.path);
      diagnostics.push(...planned);
    }
  }
  steps.sort((left, right) => comparePaths(left.path, right.path));
  return { steps, diagnostics: [...diagnostics, ...collisionsIn(steps)] };
}

async function planEntry(
  root: RootFilesystem,
  entry: EffectiveEntry,
  accounts: Accounts,
): Promise<Step | readonly Diagnostic[]> {
  const place = await resolveEntry(root, entry);
  if (place instanceof DiagnosticError) return place.diagnostics;
  const owner = ownerNumbersOf(entry, accounts);
  if (!('uid' in owner)) return owner;
  if (await hasLinkInstead(root, entry)) return { entry, path: entry.path, owner, action: 'keep' };
  const obstacle = await obstacleTo(root, entry, place);
  if (obstacle !== undefined) return [typeConflict(entry, place.path, obstacle)];
  const action = place.type === 'missing' ? 'create' : await actionFor(root, entry, place.path, owner);
  const refusal = action === 'keep' ? undefined : refusalOf({ ...entry, path: place.path });
  return refusal === undefined ? { entry, path: place.path, owner, action } : [forbiddenAt(entry, place.path, refusal)];
}

/** What stands at the place and must not be replaced by this entry, in words. */
async function obstacleTo(
  root: RootFilesystem,
  entry: EffectiveEntry,
  place: ResolvedPath,
): Promise<string | undefined> {
  if (entry.type === 'directory') {
    return place.type === 'directory' || place.type === 'missing' ? undefined : 'something else';
  }
  if (place.type === 'directory') return 'a directory';
  if (entry.type === 'symlink' || place.type !== 'symlink') return undefined;
  // A file must not take the place of a link that is used as a directory; a dangling link may be replaced.
  const target = await resolveOrError(root, place.path, 'follow');
  return !(target instanceof DiagnosticError) && target.type === 'directory' ? 'a link to a directory' : undefined;
}

async function actionFor(
  root: RootFilesystem,
  entry: EffectiveEntry,
  path: RootPath,
  owner: OwnerNumbers,
): Promise<Step['action']> {
  const kinds = await differencesAt(root, entry, path, owner);
  if (kinds.length === 0) return 'keep';
  return entry.type === 'directory' ? 'adjust' : 'replace';
}

/** Entries with different paths that links of the root filesystem lead to one place, where only one of them can be. */
function collisionsIn(steps: readonly Step[]): readonly Diagnostic[] {
  const byPath = new Map<RootPath, Step>();
  const diagnostics: Diagnostic[] = [];
  for (const step of steps) {
    const other = occupying(byPath, step);
    if (other === undefined) byPath.set(step.path, step);
    else diagnostics.push(collision(step, other));
  }
  return diagnostics;
}

/** The step whose file or symlink is at the place of `step`, or at that of one of its parents. */
function occupying(byPath: ReadonlyMap<RootPath, Step>, step: Step): Step | undefined {
  const same = byPath.get(step.path);
  if (same !== undefined && (same.entry.type !== 'directory' || step.entry.type !== 'directory')) return same;
  for (let path = parentOf(step.path); path !== '/'; path = parentOf(path)) {
    const above = byPath.get(path);
    if (above !== undefined && above.entry.type !== 'directory') return above;
  }
  return undefined;
}

function typeConflict(entry: EffectiveEntry, path: RootPath, obstacle: string): Diagnostic {
  const through = path === entry.path ? '' : ` (there it is \`${visible(path)}\`)`;
  return {
    code: 'override/type-conflict',
    message: `\`${entry.path}\` is a ${entry.type}, and the root filesystem has ${obstacle} in its place${through}`,
    location: { file: entry.source, line: 1, column: 1 },
    hint: 'if it is to be replaced, list it under `file_rm` in the packages.yaml of a parent, or use another path',
  };
}

function collision(step: Step, other: Step): Diagnostic {
  const both =
    step.path === other.path
      ? `in the root filesystem both are \`${visible(step.path)}\``
      : `in the root filesystem they are \`${visible(step.path)}\` and the ${other.entry.type} \`${visible(other.path)}\``;
  return {
    code: 'override/type-conflict',
    message: `\`${step.entry.path}\` and \`${other.entry.path}\` are in each other's way: ${both}`,
    location: { file: step.entry.source, line: 1, column: 1 },
    notes: [`the other one is ${other.entry.source}`],
    hint: 'use the path without links for both',
  };
}
