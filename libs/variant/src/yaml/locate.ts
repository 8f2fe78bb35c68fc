import { type SourceLocation } from '@immutablue/diagnostics';
import { type LineCounter } from 'yaml';

/** Gives the place of the characters from `start` up to `end`, as far as they are on one line. */
export type Locate = (start: number, end: number) => SourceLocation;

/** Finds places in `text`, whose line breaks are all `\n`, once `counter` has seen them. */
export function locatorOf(file: string, text: string, counter: LineCounter): Locate {
  return (start, end) => {
    const offset = Math.min(start, text.length);
    const { line, col } = counter.linePos(offset);
    const lineStart = offset - col + 1;
    const lineBreak = text.indexOf('\n', lineStart);
    const lineEnd = lineBreak === -1 ? text.length : lineBreak;
    return {
      file,
      line,
      column: col,
      length: Math.max(1, Math.min(end, lineEnd) - offset),
      text: text.slice(lineStart, lineEnd),
    };
  };
}
