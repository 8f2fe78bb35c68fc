import { join } from 'node:path';
import type { Diagnostic } from '@immutablue/diagnostics';
import { readBytes, readText } from '@immutablue/oci';
import { readFolder, type FolderContent, type FolderEntry } from '@immutablue/overrides';
import { COMMON_SCRIPT, isAtOrBelow, readScriptName, sha256, type PlannedScript } from '@immutablue/plan';
import { isSeenByScripts, quoted } from '@immutablue/variant';
import { planSecrets, type KnownSecrets } from './plan-secrets';
import { checkScriptForm } from './script-form';
import { readScriptHeader, type ScriptHeader } from './script-header';

export interface ScriptFolder {
  readonly scripts: readonly PlannedScript[];
  readonly diagnostics: readonly Diagnostic[];
}

const FOLDER = 'build';
const HELPERS = `${FOLDER}/99-common.sh`;

/** The sub-stage scripts in a variant's `build/`, by name, each with the files that it sees; none when there is no such folder. */
export async function readScripts(variantDirectory: string, known: KnownSecrets): Promise<ScriptFolder> {
  const { content, diagnostics: faults } = await readFolder({
    anchor: variantDirectory,
    isLeftOut: (path) => !isSeenByScripts(path),
  });
  const diagnostics = [...faults];
  const found: { readonly path: string; readonly stage: string; readonly sha256: string }[] = [];
  for (const entry of content.entries.filter(({ path }) => path === FOLDER || isDirectlyIn(FOLDER, path))) {
    const file = join(variantDirectory, entry.path);
    if (entry.path === FOLDER) {
      // What a link leads to could change without a trace.
      if (entry.type !== 'directory') diagnostics.push(notA('folder', FOLDER, file));
    } else if (entry.type !== 'file') {
      diagnostics.push(notA('regular file', entry.path, file));
    } else {
      const name = readScriptName(entry.path.slice(FOLDER.length + 1), file);
      if (name.kind === 'fault') diagnostics.push(name.diagnostic);
      if (name.kind === 'stage') found.push({ path: entry.path, stage: name.stage, sha256: entry.sha256 });
      if (name.kind === 'common') diagnostics.push(...checkScriptForm(await readBytes(file), file));
    }
  }
  const others = new Set(found.map(({ path }) => path));
  const scripts: PlannedScript[] = [];
  const common = found.length === 0 ? '' : sha256(await readText(COMMON_SCRIPT));
  for (const { path, stage, sha256: digest } of found) {
    const file = join(variantDirectory, path);
    const bytes = await readBytes(file);
    if (sha256(bytes) !== digest) diagnostics.push(changed(file));
    diagnostics.push(...checkScriptForm(bytes, file));
    const header = readScriptHeader(bytes.toString(), file);
    const secrets = planSecrets(header.secrets, known);
    diagnostics.push(...header.diagnostics, ...secrets.diagnostics);
    const isOwn = (entry: FolderEntry) => entry.path === path || entry.path === HELPERS;
    const isOther = (entry: FolderEntry) => others.has(entry.path) && entry.path !== path;
    const declared = header.files === undefined ? undefined : await declaredFiles(variantDirectory, file, header.files);
    diagnostics.push(...(declared?.diagnostics ?? []));
    const entries =
      declared === undefined
        ? content.entries.filter((entry) => !isOther(entry))
        : [...content.entries.filter(isOwn), ...declared.content.entries.filter((entry) => !isOwn(entry))];
    const sees: FolderContent = { folder: variantDirectory, entries: entries.toSorted(byPath) };
    scripts.push({ stage, variant: known.variant, file, sees, reads: header.reads, secrets: secrets.planned, common });
  }
  return { scripts, diagnostics };
}

/** What a header declares a script to see, also what scripts do not see otherwise. */
async function declaredFiles(anchor: string, file: string, declared: NonNullable<ScriptHeader['files']>) {
  const isOnTheWay = (path: string) => declared.some((place) => place.startsWith(`${path}/`));
  const { content, diagnostics } = await readFolder({
    anchor,
    isLeftOut: (path) => !isAtOrBelow(path, declared) && !isOnTheWay(path),
  });
  const entries = content.entries.filter(({ path }) => isAtOrBelow(path, declared));
  const missing = declared
    .filter((place) => !entries.some(({ path }) => path === place))
    .map((place): Diagnostic => ({
      code: 'script/wrong-files',
      message: `the script declares to see ${quoted(place)}, which is not there`,
      location: { file, line: 1, column: 1 },
      hint: "paths after `# files:` are relative to the variant's folder",
    }));
  return { content: { ...content, entries }, diagnostics: [...diagnostics, ...missing] };
}

function byPath(left: FolderEntry, right: FolderEntry): number {
  return left.path < right.path ? -1 : 1;
}

function isDirectlyIn(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/');
}

function notA(what: 'folder' | 'regular file', path: string, file: string): Diagnostic {
  return {
    code: 'script/not-readable',
    message: `\`${path}\` is not a ${what}: links are not followed`,
    location: { file, line: 1, column: 1 },
    hint: 'build/ is a folder of its own, for scripts (`NN-name.sh`) and their helpers (`99-common.sh`)',
  };
}

function changed(file: string): Diagnostic {
  return {
    code: 'file/changed',
    message: `\`${file}\` changed while it was read`,
    location: { file, line: 1, column: 1 },
    hint: 'try again',
  };
}
