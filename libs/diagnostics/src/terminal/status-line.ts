import { formatDuration } from '../text/duration';
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
  /** Takes the status away, until the next `show`. */
  readonly hide: () => void;
}

/** To the beginning of the line, and nothing from there on: CR and EL, ECMA-48. */
const ERASE = '\r\u001b[K';

/** What a terminal that does not know its width most likely has. */
const COLUMNS = 80;

/**
 * One line at the bottom of what a terminal shows, which is rewritten in place. It is cut to the terminal's width: one that
 * wraps could not be rewritten. It does not keep the process alive.
 */
export function createStatusLine(terminal: Terminal): StatusLine {
  let shown: { readonly text: string; readonly since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const status = () => {
    if (shown === undefined) return '';
    const time = `  ${formatElapsed(Date.now() - shown.since)}`;
    // The last column stays free: behind it some terminals are on the next line already.
    const room = (terminal.columns ?? 0) > 0 ? (terminal.columns ?? 0) - 1 : COLUMNS - 1;
    return fitTo(room, `${fitTo(Math.max(1, room - time.length), shown.text)}${time}`);
  };
  const hide = () => {
    clearInterval(timer);
    timer = undefined;
    if (shown !== undefined) terminal.write(ERASE);
    shown = undefined;
  };
  return {
    print: (line) => {
      terminal.write(shown === undefined ? `${line}\n` : `${ERASE}${line}\n${status()}`);
    },
    show: (text) => {
      hide();
      shown = { text: visible(text), since: Date.now() };
      terminal.write(status());
      timer = setInterval(() => {
        terminal.write(`${ERASE}${status()}`);
      }, 1000);
      timer.unref();
    },
    hide,
  };
}

/** Whole seconds: it changes once a second. */
function formatElapsed(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.floor(milliseconds / 1000)} s` : formatDuration(milliseconds);
}
