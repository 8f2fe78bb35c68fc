import { relative } from 'node:path';
import { createColors } from 'picocolors';
import { diagnosticsOf, type Diagnostic, type SourceLocation } from './diagnostic';
import { visible, withoutControls } from './text/visible';

export interface RenderOptions {
  /** Paths below this directory are shown relative to it. */
  readonly root: string;
  /** `always` for a terminal, `never` for a pipe or a file. */
  readonly colors: 'always' | 'never';
}

/** `file:line:column`, as terminals and editors make it a link; the file relative to `root` when it is below it. */
export function renderLocation(location: SourceLocation, root: string): string {
  const path = relative(root, location.file);
  const shown = location.file.startsWith('/') && !path.startsWith('..') ? path : location.file;
  return `${shown}:${location.line}:${location.column}`;
}

/**
 * A diagnostic as lines of text, without a trailing line break. Names and output of images and of commands can be part of
 * it: nothing of them acts on a terminal.
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const colors = createColors(options.colors === 'always');
  const lines = [
    `${colors.red(colors.bold(`error[${diagnostic.code}]`))}${colors.bold(`: ${visibleLines(diagnostic.message)}`)}`,
  ];
  const { location } = diagnostic;
  if (location !== undefined) {
    const gutter = ' '.repeat(String(location.line).length);
    lines.push(`${gutter} ${colors.blue('-->')} ${renderLocation(location, options.root)}`);
    if (location.text !== undefined) {
      // Tabs are one column to a YAML parser and to an editor's column count, so the underline must be one wide too.
      const text = location.text.replaceAll('\t', ' ');
      const room = Math.max(1, text.length - location.column + 1);
      const underline = '^'.repeat(Math.min(Math.max(1, location.length ?? 1), room));
      const bar = colors.blue('|');
      lines.push(
        `${gutter} ${bar}`,
        `${colors.blue(String(location.line))} ${bar} ${text}`,
        `${gutter} ${bar} ${' '.repeat(location.column - 1)}${colors.red(underline)}`,
      );
    }
  }
  for (const note of diagnostic.notes ?? []) lines.push(`  ${colors.dim('|')} ${withoutControls(note)}`);
  if (diagnostic.hint !== undefined) lines.push(`  ${colors.cyan('hint')}: ${visibleLines(diagnostic.hint)}`);
  return lines.join('\n');
}

function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** Everything that `error` says, one diagnostic after the other, parted by an empty line. */
export function renderError(error: unknown, options: RenderOptions): string {
  return diagnosticsOf(error)
    .map((diagnostic) => renderDiagnostic(diagnostic, options))
    .join('\n\n');
}
