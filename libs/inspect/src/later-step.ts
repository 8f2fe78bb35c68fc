import { readText } from '@immutablue/oci';
import { relative } from 'node:path';
import { renderLocation } from '@immutablue/diagnostics';
import { type Step } from '@immutablue/plan';
import type { Finding } from './finding';

/**
 * The later step that changed a file on purpose: the last one that names its path. Packages are not asked about, because a
 * transaction puts back what they overwrite; nor does the removal of a directory name what is in it.
 *
 * @returns which step it was, as an explanation; or, where none of them names the path, a hint at what can have changed it.
 */
export async function explainChange(
  path: string,
  later: readonly Step[],
  workspaceRoot: string,
): Promise<Pick<Finding, 'explanation' | 'hint'>> {
  for (const step of later.toReversed()) {
    if (step.kind === 'remove-paths') {
      const removal = step.paths.find(({ value }) => value === path);
      if (removal !== undefined) {
        return { explanation: `file_rm at ${renderLocation(removal.location, workspaceRoot)} removed it` };
      }
    }
    if (step.kind === 'script') {
      const lines = (await readText(step.script.file)).split('\n');
      const line = lines.findIndex((text) => mentions(text, path)) + 1;
      if (line === 0) continue;
      const place = renderLocation({ file: step.script.file, line, column: 1 }, workspaceRoot);
      return { explanation: `the script ${place} changed it` };
    }
  }
  return { hint: hintAt(path, later, workspaceRoot) };
}

/** What to say of a change that no step explains. */
function hintAt(path: string, later: readonly Step[], workspaceRoot: string): string {
  const removed = later.flatMap((step) => (step.kind === 'remove-paths' ? step.paths : []));
  const above = removed.find(({ value }) => path.startsWith(`${value}/`));
  if (above !== undefined) {
    const place = renderLocation(above.location, workspaceRoot);
    return `file_rm at ${place} removes all of ${above.value}: list the path itself, too, if it is to go`;
  }
  const scripts = later.flatMap((step) => (step.kind === 'script' ? [step.script.file] : []));
  if (scripts.length === 0) return 'no step of the build changes it: was the image changed after it was built?';
  const names = scripts.map((file) => relative(workspaceRoot, file));
  return `no step of the build names it; scripts that run later: ${names.join(', ')}`;
}

/** Whether a line of a script names the path itself: not in a comment, and not as a part of another path. */
export function mentions(line: string, path: string): boolean {
  if (line.trimStart().startsWith('#')) return false;
  const index = line.indexOf(path);
  if (index === -1) return false;
  return !/[\w.-]/.test(line[index - 1] ?? '') && !/[\w./-]/.test(line[index + path.length] ?? '');
}
