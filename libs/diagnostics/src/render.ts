import { relative } from 'node:path';
import { createColors } from 'picocolors';
import type { Diagnostic, SourceLocation } from './diagnostic';
import { diagnosticsOf } from './diagnostics-of';
import { visible, visibleOutput } from './text/visible';

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
  return `${visible(shown)}:${location.line}:${location.column}`;
}

/**
 * A diagnostic as lines of text, without a trailing line break. Names and output of images and of commands can be part of
 * it: nothing of them acts on a terminal or looks like a line of ours.
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const colors = createColors(options.colors === 'always');
  const bar = `  ${colors.dim('|')} `;
  const [message = '', ...more] = linesOf(diagnostic.message);
  const lines = [
    `${colors.red(colors.bold(`error[${diagnostic.code}]`))}${colors.bold(`: ${message}`)}`,
    ...more.map((line) => `${bar}${line}`),
  ];
  const { location } = diagnostic;
  if (location !== undefined) {
    const gutter = ' '.repeat(String(location.line).length);
    lines.push(`${gutter} ${colors.blue('-->')} ${renderLocation(location, options.root)}`);
    if (location.text !== undefined) {
      const { text, start, length } = sourceLine(location.text, location.column, location.length ?? 1);
      const edge = colors.blue('|');
      lines.push(
        `${gutter} ${edge}`,
        `${colors.blue(String(location.line))} ${edge} ${text}`,
        `${gutter} ${edge} ${' '.repeat(start)}${colors.red('^'.repeat(length))}`,
      );
    }
  }
  const notes = (diagnostic.notes ?? []).flatMap((note) => visibleOutput(belowRoot(note, options.root)).split('\n'));
  lines.push(...notes.map((note) => `${bar}${note}`));
  if (diagnostic.hint !== undefined) {
    const [hint = '', ...rest] = linesOf(diagnostic.hint);
    lines.push(`  ${colors.cyan('hint')}: ${hint}`, ...rest.map((line) => `${bar}${line}`));
  }
  return lines.join('\n');
}

/** A note with the other places that it names, `… at <file>:<line>:<column>`, relative to `root` where they are below it. */
function belowRoot(note: string, root: string): string {
  return root === '/' ? note : note.replaceAll(` at ${root}/`, ' at ');
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => visible(line));
}

/** A line of a file as it is shown, and where the span that is meant is in that. */
function sourceLine(
  source: string,
  column: number,
  length: number,
): { readonly text: string; readonly start: number; readonly length: number } {
  // Tabs are one column to a YAML parser and to an editor's column count, so the underline must be one wide too.
  const plain = source.replaceAll('\t', ' ');
  const text = visible(plain);
  // Escapes are longer than what they stand for, and what is masked is shorter or longer.
  const start = Math.min(visible(plain.slice(0, column - 1)).length, text.length);
  const end = text.length - visible(plain.slice(column - 1 + Math.max(1, length))).length;
  return { text, start, length: Math.max(1, end - start) };
}

/** Everything that `error` says, one diagnostic after the other, parted by an empty line. */
export function renderError(error: unknown, options: RenderOptions): string {
  return diagnosticsOf(error)
    .map((diagnostic) => renderDiagnostic(diagnostic, options))
    .join('\n\n');
}
