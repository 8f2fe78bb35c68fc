const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A line cut so that it takes no more than `columns` on a terminal, with `…` where something is missing. Characters that
 * may be wide count as wide: a line that is cut early is better than one that wraps.
 */
export function fitTo(columns: number, line: string): string {
  const characters = Array.from(SEGMENTER.segment(line), ({ segment }) => segment);
  const widths = characters.map(widthOf);
  if (widths.reduce((sum, width) => sum + width, 0) <= columns) return line;
  let used = 0;
  const end = widths.findIndex((width) => (used += width) > columns - 1);
  return `${characters.slice(0, end).join('')}…`;
}

/** How many columns a character takes at most: https://www.unicode.org/Public/UNIDATA/EastAsianWidth.txt */
function widthOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0x231a || (point >= 0x1100 && point <= 0x115f) ? 2 : 1;
}
