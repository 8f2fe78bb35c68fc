import { ancestorsOf, isAtOrBelow, type Reads } from '@immutablue/plan';
import type { ScriptTrace } from './accesses';
import { isProgramFile, programFacts } from './program-files';

/** What a path is. */
export interface PathState {
  readonly type: 'directory' | 'other';
  /** Equal when nothing has changed. */
  readonly state: string;
}

/** The root file system after a script has run, and how it was in the image that the build stands on. */
export interface RootView {
  /** Where a path leads, and the links on the way there. */
  readonly resolve: (
    path: string,
    lastPart: 'follow' | 'keep',
  ) => { readonly path: string; readonly links: readonly string[] };
  /** What is there now, at a path without links. */
  readonly now: (path: string) => PathState | undefined;
  /** What the image below has there. */
  readonly below: (path: string) => PathState | undefined;
}

/** What is read of the root file system below a build, and by no declaration. */
export interface UndeclaredRead {
  readonly path: string;
  readonly access: 'open' | 'list' | 'look';
  readonly outcome: 'found' | 'absent';
}

/**
 * What a script has read beyond its declaration, by path: docs/sub-stages.md says what counts.
 *
 * @param declared what need not be said again.
 * @param apart places that are no part of the root file system: what is mounted there.
 */
export function undeclaredReads(
  trace: ScriptTrace,
  declared: Exclude<Reads, 'everything'>,
  apart: readonly string[],
  root: RootView,
): readonly UndeclaredRead[] {
  const { accesses, workingDirectories } = trace;
  const programs = programFacts(accesses);
  const created: string[] = [];
  const isCreated = createTreeSet(created);
  const changed = new Set<string>();
  const found = new Map<string, UndeclaredRead>();
  const onTheWay = new Set(workingDirectories);
  const add = (path: string, access: UndeclaredRead['access'], outcome: UndeclaredRead['outcome']) => {
    if (found.get(path)?.access !== 'list') found.set(path, { path, access, outcome });
  };
  for (const access of accesses) {
    const { path, links } = root.resolve(access.path, access.lastPart);
    for (const ancestor of ancestorsOf(path)) onTheWay.add(ancestor);
    if (isAtOrBelow(path, apart)) continue;
    const { kind, outcome } = access;
    if (kind === 'create') created.push(path);
    else if (kind === 'change') changed.add(path);
    else if (isProgramFile({ ...access, program: resolved(access.program) }, path, programs)) continue;
    else if (kind === 'open' || kind === 'list' || kind === 'look') {
      for (const link of links) {
        if (!isCreated(link)) add(link, 'look', 'found');
      }
      if (!isCreated(path) && (kind === 'list' || !changed.has(path))) add(path, kind, outcome);
    }
  }
  for (const place of [...declared.trees, ...declared.paths]) {
    for (const ancestor of ancestorsOf(place)) onTheWay.add(ancestor);
  }
  return [...found.values()].filter(isUndeclared).sort((left, right) => (left.path < right.path ? -1 : 1));

  function resolved(path: string): string {
    return root.resolve(path, 'follow').path;
  }

  function isUndeclared({ path, access, outcome }: UndeclaredRead): boolean {
    if ((access !== 'open' && isLayout(path)) || isAtOrBelow(path, declared.trees)) return false;
    if (outcome === 'absent' && isPattern(path)) return false;
    // All names in it are read. Those in a directory that this build has made, or taken away, are its own.
    const isDirectory = root.now(path)?.type === 'directory';
    if (access === 'list') return isDirectory && root.below(path)?.type === 'directory';
    if (declared.paths.includes(path)) return false;
    if (isDirectory && onTheWay.has(path)) return false;
    return !isOwn(path, root);
  }
}

/**
 * Which names the root directory has and where its links lead, such as /bin and /root, is the layout of the system, as is that
 * programs are in one place: https://www.freedesktop.org/software/systemd/man/latest/file-hierarchy.html
 */
function isLayout(path: string): boolean {
  return path === '/usr/sbin' || ancestorsOf(path).length === 0;
}

/** A shell that finds nothing which matches a pattern takes the pattern itself; what it has read are the folder's names. */
function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Whether a build has made a path, changed it or taken it away: layers that have it are not put on an image in which it is
 * another.
 */
function isOwn(path: string, root: RootView): boolean {
  const [now, below] = [root.now(path), root.below(path)];
  if (now?.state !== below?.state) return true;
  // Nothing is there, in a directory that the build has made.
  return (
    now === undefined && ancestorsOf(path).some((one) => root.now(one) !== undefined && root.below(one) === undefined)
  );
}

/** Gives a function that tells whether a path is one of `places`, which may grow, or below one. */
function createTreeSet(places: readonly string[]): (path: string) => boolean {
  const known = new Set<string>();
  let count = 0;
  return (path) => {
    for (; count < places.length; count += 1) known.add(places[count] ?? '');
    return known.has(path) || ancestorsOf(path).some((ancestor) => known.has(ancestor));
  };
}
