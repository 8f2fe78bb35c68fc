import { shellCommand, shellWord } from '@immutablue/diagnostics';
import type { Seen } from '../mounts';
import type { PlannedScript } from '../script';
import type { ContextFile } from './context-file';

/** What a step is in a Containerfile. */
export type Action =
  /** Lines of the script that a RUN starts. */
  | {
      readonly kind: 'lines';
      readonly lines: readonly string[];
      /** Files that the lines name as `$FILES/<path>`. */
      readonly files: readonly ContextFile[];
      /** Files that several RUNs share; see {@link OVERRIDES_FOLDER}. */
      readonly overrides: readonly ContextFile[];
      /** Scripts of variants that the lines run, each with the files that it sees. */
      readonly scripts: readonly PlannedScript[];
      /** What the lines see of this machine. */
      readonly sees: readonly Seen[];
      /** Build arguments that the lines read. */
      readonly buildArguments: readonly string[];
    }
  /** COPY of a whole dep-builder. */
  | { readonly kind: 'copy-dep-builder'; readonly variant: string }
  /** A RUN that mounts nothing: where something is mounted, an empty folder stays. */
  | { readonly kind: 'clean'; readonly clean: CleanedPaths }
  | { readonly kind: 'labels'; readonly labels: Readonly<Record<string, string>> };

export type LinesAction = Extract<Action, { kind: 'lines' }>;

export interface CleanedPaths {
  /** Removed with all that is below them. */
  readonly paths: readonly string[];
  /** Directories whose content is removed. */
  readonly empty: readonly string[];
  readonly files: readonly string[];
  /** Files that are removed when they are empty. */
  readonly emptyFiles: readonly string[];
}

/** When the parent image was made, in seconds since 1970. */
export const CREATED_ARGUMENT = 'SOURCE_DATE_EPOCH';

/** Where a RUN finds what a script sees, by the script's variant and name. */
export const SCRIPTS_MOUNT = '/run/immutablue/scripts';

/** Lines of a RUN. */
export function lines(text: readonly string[], parts: Partial<Omit<LinesAction, 'kind' | 'lines'>> = {}): LinesAction {
  const { files = [], overrides = [], scripts = [], sees = [], buildArguments = [] } = parts;
  return { kind: 'lines', lines: text, files, overrides, scripts, sees, buildArguments };
}

/** A command line with its environment. */
export function commandLine(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return shellCommand(settings.length === 0 ? argv : ['env', ...settings, ...argv]);
}

/** A file of the step's own with this text. */
export function textFile(path: string, text: string): ContextFile {
  return { path, content: { kind: 'text', text } };
}

/** How a line names such a file. */
export function atFiles(file: ContextFile): string {
  return `"\${FILES}"/${shellWord(file.path)}`;
}

/** A slash at its end would have rm follow a link. */
export function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}
