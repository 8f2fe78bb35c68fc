import { visible } from './visible';

export interface Column {
  readonly title: string;
  /** Numbers are easier to compare when they end at the same place. */
  readonly align: 'left' | 'right';
}

/**
 * A table as lines: the titles, then a line for each row, columns parted by two spaces and no spaces at the end of a line.
 * Columns without any title have no line of titles. A row has a cell for each column, which is shown as one line.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title);
  const cells = rows.map((row) => row.map((cell) => visible(cell)));
  const lines = titles.every((title) => title === '') ? cells : [titles, ...cells];
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((line) => line[index]?.length ?? 0)));
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [line[index] ?? '', widths[index] ?? 0];
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
