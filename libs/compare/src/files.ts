import { isSame, type RootTree } from './root-tree';
import { isUnitLink } from './units';

/** The paths at which two images differ, those that matter most first. */
export interface FileDifference {
  readonly added: readonly string[];
  /** Another content, mode, owner, attribute or target. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What counts of an image: the rest is the host's own, or empty in an image. */
const COMPARED = ['/etc/', '/usr/'];

/** The package database: what has changed in it is told as packages. */
const PACKAGE_DATABASES = ['/usr/lib/sysimage/rpm/', '/usr/share/rpm/', '/usr/lib/rpm-state/'];

/** Which paths a reader wants to see first: settings, programs, what starts them, then the libraries and all else. */
const IMPORTANT = [
  '/etc/',
  ...['/usr/bin/', '/usr/sbin/', '/usr/libexec/'],
  ...['/usr/lib/systemd/', '/usr/lib/bootc/', '/usr/lib/udev/', '/usr/lib/modprobe.d/'],
  '/usr/lib/modules/',
  ...['/usr/lib/', '/usr/lib64/'],
];

/**
 * Compares the files of two images, links and devices among them. Of directories only a change of their own mode, owner or
 * attributes counts. Pure.
 *
 * @param isToldElsewhere a path that a reader learns of otherwise: with the package that it belongs to.
 */
export function fileDifference(
  before: RootTree,
  after: RootTree,
  isToldElsewhere: (path: string) => boolean,
): FileDifference {
  const isTold = (path: string) =>
    !COMPARED.some((folder) => path.startsWith(folder)) ||
    PACKAGE_DATABASES.some((folder) => path.startsWith(folder)) ||
    isToldElsewhere(path);
  const onlyIn = (tree: RootTree, other: RootTree) =>
    [...tree].flatMap(([path, { entry }]) =>
      other.has(path) || entry.type === 'directory' || isUnitLink(entry) || isTold(path) ? [] : [path],
    );
  const changed = [...before].flatMap(([path, old]) => {
    const now = after.get(path);
    if (now === undefined || isSame(old, now) || isTold(path)) return [];
    return isUnitLink(old.entry) && isUnitLink(now.entry) ? [] : [path];
  });
  return {
    added: byImportance(onlyIn(after, before)),
    changed: byImportance(changed),
    removed: byImportance(onlyIn(before, after)),
  };
}

function byImportance(paths: readonly string[]): readonly string[] {
  const rank = (path: string) => {
    const index = IMPORTANT.findIndex((folder) => path.startsWith(folder));
    return index === -1 ? IMPORTANT.length : index;
  };
  return paths.toSorted((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}
