import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { renderLocation } from '@immutablue/diagnostics';
import { type Step } from '@immutablue/plan';

/**
 * The later step that changed a file on purpose: the last one that names its path. Packages are not asked about, because a
 * transaction puts back what they overwrite.
 *
 * @returns which step it was, as a sentence, or undefined when none of them names the path.
 */
export async function explainChange(
  path: string,
  later: readonly Step[],
  workspaceRoot: string,
): Promise<string | undefined> {
  for (const step of later.toReversed()) {
    if (step.kind === 'remove-paths') {
      const removal = step.paths.find(({ value }) => value === path || path.startsWith(`${value}/`));
      if (removal !== undefined) return `file_rm at ${renderLocation(removal.location, workspaceRoot)} removed it`;
    }
    if (step.kind === 'script') {
      const lines = (await readFile(step.script.file, 'utf8')).split('\n');
      const line = lines.findIndex((text) => mentions(text, path)) + 1;
      if (line === 0) continue;
      return `the script ${renderLocation({ file: step.script.file, line, column: 1 }, workspaceRoot)} changed it`;
    }
  }
  return undefined;
}

/** What to say of a change that no step explains. */
export function unexplainedHint(later: readonly Step[], workspaceRoot: string): string {
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
