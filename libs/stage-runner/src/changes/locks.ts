import { relative, resolve } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere, runCommand, tryCommand } from '@immutablue/oci';
import {
  checkedValue,
  comparePackages,
  packagesOf,
  parseLock,
  type LockSection,
  type LockSelection,
  type PackageChange,
  type PackageLock,
} from '@immutablue/variant';

/** Where a lock is read from: a file of the working tree, or a revision of git. */
export type LockPlace =
  { readonly kind: 'file'; readonly file: string } | { readonly kind: 'revision'; readonly revision: string };

/** What changed in one build. */
export interface BuildChanges extends LockSelection {
  readonly changes: readonly PackageChange[];
}

/** A place as a person gives it: a file if there is one of that name, or else a revision. */
export async function lockPlace(text: string, workspaceRoot: string): Promise<LockPlace> {
  const file = resolve(workspaceRoot, text);
  return (await readIfThere(file)) === undefined ? { kind: 'revision', revision: text } : { kind: 'file', file };
}

/**
 * The lock at a place; undefined when there is none there.
 *
 * @param file where the lock is in the working tree.
 * @throws {DiagnosticError} with everything that is wrong in it; `lock/missing` for a revision that git does not know.
 */
export async function readLockAt(
  place: LockPlace,
  file: string,
  workspaceRoot: string,
): Promise<PackageLock | undefined> {
  const text =
    place.kind === 'file'
      ? await readIfThere(place.file)
      : await showRevision(place.revision, `./${relative(workspaceRoot, file)}`, workspaceRoot);
  if (text === undefined) return undefined;
  return checkedValue(parseLock(place.kind === 'file' ? place.file : `${place.revision}:${file}`, text));
}

async function showRevision(revision: string, path: string, cwd: string): Promise<string | undefined> {
  const known = await tryCommand(
    ['git', 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`],
    {
      cwd,
    },
  );
  if (known.exitCode !== 0) {
    throw new DiagnosticError({
      code: 'lock/missing',
      message: `there is neither a file nor a revision of git \`${revision}\``,
      notes: known.tail,
    });
  }
  const name = `${known.stdout.trim()}:${path}`;
  if ((await tryCommand(['git', 'cat-file', '-e', name], { cwd })).exitCode !== 0) return undefined;
  return (await runCommand(['git', 'show', name], { cwd })).stdout;
}

/** What changed between two locks, for each build that either has; builds without a change are left out. */
export function compareLocks(before: PackageLock | undefined, after: PackageLock | undefined): readonly BuildChanges[] {
  const all = [...(before?.sections ?? []), ...(after?.sections ?? [])];
  const keys = new Map(all.map((section) => [keyOf(section), section]));
  return [...keys]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, { upstream, release, architecture }]) => ({
      upstream,
      release,
      architecture,
      changes: comparePackages(packagesAt(before, key), packagesAt(after, key)),
    }))
    .filter(({ changes }) => changes.length > 0);
}

/** What changed between two sections for the same build. */
export function compareSections(before: LockSection, after: LockSection): readonly PackageChange[] {
  return comparePackages(packagesOf(before), packagesOf(after));
}

function packagesAt(lock: PackageLock | undefined, key: string) {
  const section = lock?.sections.find((one) => keyOf(one) === key);
  return section === undefined ? [] : packagesOf(section);
}

function keyOf({ upstream, release, architecture }: LockSelection): string {
  return `${upstream} ${release} ${architecture}`;
}
