import { formatDuration } from '../text/format';
import { fitTo } from '../text/fit';
import { visible } from '../text/visible';

/** A terminal, as far as a status line needs one: `process.stdout`, for example. */
export interface Terminal {
  /** Its width; asked for at every write, because a window can be resized. */
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

export interface StatusLine {
  /** Writes a line above the status, for good. */
  readonly print: (line: string) => void;
  /** Says what is going on from now on. How long it has been going on is shown behind it, each second. */
  readonly show: (text: string) => void;
  /** What it says at the moment, shown as far as there is room: the last line that a command printed, for example. */
  readonly detail: (text: string) => void;
  /** Takes the status away, until the next `show`. */
  readonly hide: () => void;
}

/** To the beginning of the line, and nothing from there on: CR and EL, ECMA-48. */
const ERASE = '\r\u001b[K';

/** Commands print faster than a person reads: details are drawn no more often than this, in milliseconds. */
const DETAIL_INTERVAL = 100;

/** What a terminal that does not know its width most likely has. */
const COLUMNS = 80;

/**
 * One line at the bottom of what a terminal shows, which is rewritten in place. It is cut to the terminal's width: one that
 * wraps could not be rewritten. It does not keep the process alive.
 */
export function createStatusLine(terminal: Terminal): StatusLine {
  let shown: { readonly text: string; readonly detail: string; readonly since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let drawnAt = 0;

  const status = () => {
    if (shown === undefined) return '';
    drawnAt = Date.now();
    const time = `  ${formatElapsed(drawnAt - shown.since)}`;
    // The last column stays free: behind it some terminals are on the next line already.
    const room = (terminal.columns ?? 0) > 0 ? (terminal.columns ?? 0) - 1 : COLUMNS - 1;
    const detail = shown.detail === '' ? '' : `  ${shown.detail}`;
    return fitTo(room, `${fitTo(Math.max(1, room - time.length), shown.text)}${time}${detail}`);
  };
  const redraw = () => {
    terminal.write(`${ERASE}${status()}`);
  };
  const hide = () => {
    clearInterval(timer);
    timer = undefined;
    if (shown !== undefined) terminal.write(ERASE);
    shown = undefined;
  };
  return {
    print: (line) => {
      const text = visible(line);
      terminal.write(shown === undefined ? `${text}\n` : `${ERASE}${text}\n${status()}`);
    },
    show: (text) => {
      hide();
      shown = { text: visible(text), detail: '', since: Date.now() };
      terminal.write(status());
      timer = setInterval(redraw, 1000);
      timer.unref();
    },
    detail: (text) => {
      if (shown === undefined) return;
      shown = { ...shown, detail: visible(text.trim()) };
      if (Date.now() - drawnAt >= DETAIL_INTERVAL) redraw();
    },
    hide,
  };
}

/** Whole seconds: it changes once a second. */
function formatElapsed(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.floor(milliseconds / 1000)} s` : formatDuration(milliseconds);
}
