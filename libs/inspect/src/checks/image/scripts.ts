import { join } from 'node:path';
import { DiagnosticError, throwIfAny } from '@immutablue/diagnostics';
import { checkTool, readFirstLine, readText, tryCommand, type ToolRequirement } from '@immutablue/oci';
import type { FolderContent } from '@immutablue/overrides';
import * as z from 'zod';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { overridesOf, stepsOf } from '../../plan-steps';

const SHELLCHECK: ToolRequirement = {
  program: 'shellcheck',
  packages: { apt: 'shellcheck', dnf: 'ShellCheck' },
};

/** What shellcheck prints with `--format=json1`. */
const outputSchema = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      level: z.string(),
      code: z.number(),
      message: z.string(),
    }),
  ),
});

/** The scripts themselves are looked at; that they are in the image as they are here is another check's matter. */
export const scripts: PlanCheck = {
  kind: 'plan',
  name: 'scripts',
  title: 'shellcheck finds nothing in scripts',
  run: async ({ plan }) => {
    const paths = new Map<string, string>();
    const own: string[] = [];
    // Bash runs them whatever their first line says.
    const forBash = stepsOf(plan, 'script').map(({ script }) => script.file);
    for (const { type, path, source } of overridesOf(plan)) {
      if (type !== 'file') continue;
      const kind = scriptKindOf(path, await readFirstLine(source));
      if (kind === 'none') continue;
      paths.set(source, path);
      (kind === 'says its shell' ? own : forBash).push(source);
    }
    for (const { content } of plan.depBuilders) {
      own.push(...scriptsIn(content));
    }
    if (own.length + forBash.length === 0) return [];
    throwIfAny(await checkTool(SHELLCHECK));
    return [...(await shellcheck(own, [], paths)), ...(await shellcheck(forBash, ['--shell=bash'], paths))];
  },
};

/** Whether a file is a script that shellcheck reads: by its first line, or by its name when it is to be sourced by a shell. */
export function scriptKindOf(path: string, content: string): 'says its shell' | 'sourced' | 'none' {
  const [first = ''] = content.split('\n', 1);
  if (first.startsWith('#!')) return /^#!.*[/\s](?:ba|da|k)?sh(?:\s|$)/.test(first) ? 'says its shell' : 'none';
  return path.endsWith('.sh') ? 'sourced' : 'none';
}

/** The scripts that a dep-builder copies for itself. */
function scriptsIn({ folder, entries }: FolderContent): readonly string[] {
  return entries.flatMap(({ type, path }) => (type === 'file' && path.endsWith('.sh') ? [join(folder, path)] : []));
}

async function shellcheck(
  files: readonly string[],
  flags: readonly string[],
  paths: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  if (files.length === 0) return [];
  const lines = new Map<string, readonly string[]>();
  for (const file of files) lines.set(file, (await readText(file)).split('\n'));
  const result = await tryCommand(['shellcheck', '--format=json1', '--external-sources', ...flags, '--', ...files]);
  // 1 is for findings; above that it could not read a file, or was not understood.
  if (result.exitCode > 1) {
    const message = `shellcheck ended with exit code ${result.exitCode}`;
    throw new DiagnosticError({ code: 'test/not-run', message, notes: result.tail.slice(-5) });
  }
  return outputSchema.parse(JSON.parse(result.stdout)).comments.map(({ file, line, column, code, level, message }) => {
    const path = paths.get(file);
    const text = lines.get(file)?.[line - 1];
    return {
      ...(path === undefined ? {} : { path }),
      message: `SC${code} (${level}): ${message.replaceAll(/\s+/g, ' ').replace(/\.$/, '')}`,
      location: { file, line, column, ...(text === undefined ? {} : { text }) },
      hint: `https://www.shellcheck.net/wiki/SC${code}`,
    };
  });
}
