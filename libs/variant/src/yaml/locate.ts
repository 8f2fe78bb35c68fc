import { type SourceLocation } from '@immutablue/diagnostics';
import { type LineCounter } from 'yaml';
import { shortened } from '../quoted';

/** Gives the place of the characters from `start` up to `end`, as far as they are on one line. */
export type Locate = (start: number, end: number) => SourceLocation;

/** How many characters of a line are kept to be shown. */
const LINE_SHOWN = 120;

/** Finds places in `text`, whose line breaks are all `\n`, once `counter` has seen them. */
export function locatorOf(file: string, text: string, counter: LineCounter): Locate {
  return (start, end) => {
    const offset = Math.min(start, text.length);
    const { line, col } = counter.linePos(offset);
    const lineStart = offset - col + 1;
    const lineBreak = text.indexOf('\n', lineStart);
    const lineEnd = lineBreak === -1 ? text.length : lineBreak;
    const place = { file, line, column: col, length: Math.max(1, Math.min(end, lineEnd) - offset) };
    // A line that no screen has room for is not shown where the place is beyond its beginning.
    if (col > LINE_SHOWN) return { ...place, length: 1 };
    return {
      ...place,
      length: Math.min(place.length, LINE_SHOWN),
      text: shortened(text.slice(lineStart, lineEnd), LINE_SHOWN),
    };
  };
}
