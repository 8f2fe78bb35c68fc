import type { ReportTarget } from '@immutablue/stage-runner';

/** The frame of a panel in Nx's terminal interface, its padding and its scroll bar, in columns. */
const FRAME = 8;

/**
 * Standard output as it is seen. Nx runs tasks in a terminal that has the width of the whole screen, and shows it in a
 * panel that has two thirds of it: what is wider wraps there.
 */
export const taskOutput: ReportTarget['stream'] = {
  isTTY: process.stdout.isTTY,
  get columns() {
    return Math.floor((process.stdout.columns * 2) / 3) - FRAME;
  },
  // What writes here is a status line or a line writer of libs/diagnostics.
  // eslint-disable-next-line no-restricted-syntax
  write: (text) => process.stdout.write(text),
};
