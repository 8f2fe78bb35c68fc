import type { Step } from './step';

/** What a part of a build reads of the root filesystem below it. */
export type Reads =
  /** Whatever is there: nothing is known. */
  | 'everything'
  | {
      /** Each with all that is below it. */
      readonly trees: readonly string[];
      /** Each alone. */
      readonly paths: readonly string[];
    };

export const NOTHING: Reads = { trees: [], paths: [] };

/** Reads of these places and of all that is below them. */
export function trees(places: readonly string[]): Reads {
  return { trees: places, paths: [] };
}

/** Whether `path` is one of the places, or below one. */
export function isAtOrBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place === '/' ? '' : place}/`));
}

/** Whether a path is among what is read. */
export function isRead(path: string, reads: Reads): boolean {
  return reads === 'everything' || isAtOrBelow(path, reads.trees) || reads.paths.includes(path);
}

/** All that the steps read of what was there before the first of them. */
export function readsOf(steps: readonly Step[]): Reads {
  return steps.map(readsOfStep).reduce(union, NOTHING);
}

export function union(left: Reads, right: Reads): Reads {
  if (left === 'everything' || right === 'everything') return 'everything';
  return {
    trees: [...new Set([...left.trees, ...right.trees])],
    paths: [...new Set([...left.paths, ...right.paths])],
  };
}

/** Where quadlets are: podman-systemd.unit(5). */
const QUADLET_DIRECTORIES = ['/usr/share/containers/systemd', '/etc/containers/systemd'] as const;

/** Where the names of owners are looked up. */
const ACCOUNT_FILES = ['/etc/passwd', '/etc/group', '/usr/lib/passwd', '/usr/lib/group'] as const;

function readsOfStep(step: Step): Reads {
  switch (step.kind) {
    case 'check-root':
      return { trees: [], paths: ['/ostree', '/usr/bin/dnf', '/usr/bin/rpm', '/usr/bin/bash', '/usr/bin/systemctl'] };
    case 'write-file':
      return { trees: [], paths: ancestorsAndSelf(step.path) };
    case 'download':
      return { trees: [], paths: step.files.flatMap(({ fetched }) => ancestorsAndSelf(fetched.path)) };
    case 'apply-overrides':
      // Names of owners are looked up in the image.
      return { trees: [], paths: [...ACCOUNT_FILES, ...step.entries.flatMap(({ path }) => ancestorsAndSelf(path))] };
    case 'copy-dependencies':
      // What it writes is known only when it runs; what it has written says where it was.
      return NOTHING;
    case 'enable-quadlets':
      return { trees: QUADLET_DIRECTORIES, paths: ancestorsAndSelf(step.path) };
    case 'write-os-release':
      return { trees: [], paths: ['/usr/lib/os-release'] };
    case 'require-signatures':
      return { trees: [], paths: ancestorsAndSelf(step.path) };
    case 'remove-paths':
    case 'checkpoint':
      return {
        trees: step.paths.map(({ value }) => value),
        paths: step.paths.flatMap(({ value }) => ancestorsOf(value)),
      };
    case 'clean':
      return { trees: step.empty, paths: [...step.files, ...step.emptyFiles] };
    case 'run':
    case 'transaction':
    case 'script':
      return step.reads;
    case 'commit':
      return NOTHING;
  }
}

/** A path, and the directories on the way to it: each may be a link that leads elsewhere. */
function ancestorsAndSelf(path: string): string[] {
  return [...ancestorsOf(path), path];
}

/** The directories that `path` is in, without the root directory. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
