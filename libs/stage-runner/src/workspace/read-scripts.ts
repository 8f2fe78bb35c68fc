import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import { readScriptName, type Script, sha256 } from '@immutablue/plan';
import { scriptKey } from './content-keys';
import { readReadsHeader } from './script-reads';

export interface ScriptFolder {
  readonly scripts: readonly Script[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The sub-stage scripts in a variant's `build/`, by name; none when there is no such folder. */
export async function readScripts(variantDirectory: string, variant: string): Promise<ScriptFolder> {
  const folder = join(variantDirectory, 'build');
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const scripts: Script[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    // A link could lead out of the variant's folder, which is all that the container sees.
    if (!(await lstat(file)).isFile()) {
      diagnostics.push({
        code: 'script/not-readable',
        message: `\`${name}\` is not a regular file`,
        location: { file, line: 1, column: 1 },
        hint: 'only scripts (`NN-name.sh`) belong into build/',
      });
      continue;
    }
    const read = readScriptName(name, file);
    if (read.kind === 'fault') diagnostics.push(read.diagnostic);
    if (read.kind === 'stage') {
      const text = await readFile(file, 'utf8');
      const header = readReadsHeader(text, file);
      diagnostics.push(...header.diagnostics);
      scripts.push({
        stage: read.stage,
        variant,
        file,
        sha256: sha256(text),
        contentKey: await scriptKey(text, variantDirectory),
        reads: header.reads,
        context: variantDirectory,
      });
    }
  }
  return { scripts, diagnostics };
}
