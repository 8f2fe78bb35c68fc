/** The paths that tmpfiles.d makes. */
export interface TmpfilesPaths {
  /** Whether a line makes `path` itself, or something below it. */
  readonly has: (path: string) => boolean;
}

/** The types of lines that make something at their path; tmpfiles.d(5). */
const MAKING = /^[fFwdDevqQpLcbC]/;

/**
 * Reads lines of tmpfiles.d(5). A line that makes `/var/lib/a/b` makes `/var/lib/a` too if it is missing. A path with a
 * specifier (`/var/lib/%m`) stands for every name in its place.
 */
export function tmpfilesPaths(texts: readonly string[]): TmpfilesPaths {
  const exact = new Set<string>();
  const patterns: RegExp[] = [];
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const fields = /^(\S+)\s+("[^"]*"|\S+)/.exec(line.trim());
    const [, type = '', quoted = ''] = fields ?? [];
    if (!MAKING.test(type)) continue;
    for (const path of withParents(quoted.replaceAll('"', '').replace(/\/+$/, ''))) {
      if (/%[^%]/.test(path)) patterns.push(patternOf(path));
      else exact.add(path.replaceAll('%%', '%'));
    }
  }
  return { has: (path) => exact.has(path) || patterns.some((pattern) => pattern.test(path)) };
}

function withParents(path: string): readonly string[] {
  const parts = path.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function patternOf(path: string): RegExp {
  const parts = path.split(/%[^%]/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
