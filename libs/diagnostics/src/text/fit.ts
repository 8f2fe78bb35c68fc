/** From here on characters may be two columns wide; https://www.unicode.org/reports/tr11/ has which are. */
const FIRST_WIDE = 0x1100;

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A line cut so that it takes no more than `columns` on a terminal, with `…` where something is missing. Characters that
 * may be wide count as wide: a line that is cut early is better than one that wraps.
 */
export function fitTo(columns: number, line: string): string {
  const characters = Array.from(SEGMENTER.segment(line), ({ segment }) => segment);
  const widths = characters.map((character) => ((character.codePointAt(0) ?? 0) < FIRST_WIDE ? 1 : 2));
  if (widths.reduce<number>((sum, width) => sum + width, 0) <= columns) return line;
  let used = 0;
  const end = widths.findIndex((width) => (used += width) > columns - 1);
  return `${characters.slice(0, end).join('')}…`;
}
