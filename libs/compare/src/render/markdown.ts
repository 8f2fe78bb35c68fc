import { visible } from '@immutablue/diagnostics';

/**
 * Text from elsewhere as a code span, in which nothing is a link, HTML, a mention or an emphasis:
 * https://spec.commonmark.org/0.31.2/#code-spans. Pure.
 */
export function codeSpan(text: string): string {
  const shown = visible(text);
  if (shown.trim() === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A span may not begin or end with a backtick, and loses one space at each end.
  const padding = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** A row of a table. A pipe would end its cell, in a code span too: https://github.github.com/gfm/#tables-extension- Pure. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
