import { createStatusLine, type StatusLine } from './status-line';

/** A terminal that knows line breaks, carriage returns, the erasing of a line, and wraps what is too long. */
class Screen {
  readonly lines = [''];
  private column = 0;

  constructor(readonly columns: number | undefined) {}

  readonly write = (text: string): void => {
    for (const [part] of text.matchAll(/\u001b\[K|./gsu)) {
      if (part === '\n') {
        this.lines.push('');
        this.column = 0;
      } else if (part === '\r') {
        this.column = 0;
      } else if (part === '\u001b[K') {
        this.replace(this.line.slice(0, this.column));
      } else {
        if (this.column === (this.columns === 0 ? 80 : this.columns)) this.write('\n');
        this.replace(this.line.slice(0, this.column) + part + this.line.slice(this.column + 1));
        this.column += 1;
      }
    }
  };

  private get line(): string {
    return this.lines.at(-1) ?? '';
  }

  private replace(line: string): void {
    this.lines[this.lines.length - 1] = line;
  }
}

let screen: Screen;
let status: StatusLine;
beforeEach(() => {
  jest.useFakeTimers();
  screen = new Screen(40);
  status = createStatusLine(screen);
});
afterEach(() => {
  jest.useRealTimers();
});

it('writes lines as they are while there is no status', () => {
  status.print('first');
  status.print('second');
  expect(screen.lines).toEqual(['first', 'second', '']);
});

it('stays below what is printed, and says how long it has been going on', () => {
  status.show('[35-mesa] install 12 packages');
  expect(screen.lines).toEqual(['[35-mesa] install 12 packages  0 s']);
  jest.advanceTimersByTime(2000);
  status.print('a line');
  expect(screen.lines).toEqual(['a line', '[35-mesa] install 12 packages  2 s']);
  jest.advanceTimersByTime(123_000);
  expect(screen.lines).toEqual(['a line', '[35-mesa] install 12 packag…  2 min 5 s']);
});

it.each([
  ['\u001b[1;1H\u001b[2Jgone', '\\x1b[1;1H\\x1b[2Jgone'],
  ['\rforged', '\\x0dforged'],
  ['a\nforged', 'a\\x0aforged'],
])('prints %j as one line that moves nothing', (line, shown) => {
  screen = new Screen(80);
  status = createStatusLine(screen);
  status.print('first');
  status.show('status');
  status.print(line);
  expect(screen.lines).toEqual(['first', shown, 'status  0 s']);
});

it('counts from its last change', () => {
  status.show('a long text that is replaced');
  jest.advanceTimersByTime(5000);
  status.show('b');
  expect(screen.lines).toEqual(['b  0 s']);
});

it('shows a detail as far as there is room, and not more often than can be read', () => {
  status.show('packages');
  status.detail('at once');
  expect(screen.lines).toEqual(['packages  0 s']);
  jest.advanceTimersByTime(100);
  status.detail('\tDownloading the first of the packages');
  expect(screen.lines).toEqual(['packages  0 s  Downloading the first o…']);
  status.detail('too soon');
  expect(screen.lines).toEqual(['packages  0 s  Downloading the first o…']);
  jest.advanceTimersByTime(1000);
  expect(screen.lines).toEqual(['packages  1 s  too soon']);
  status.show('next');
  expect(screen.lines).toEqual(['next  0 s']);
  status.hide();
  status.detail('nothing to show it beside');
  expect(screen.lines).toEqual(['']);
});

it('leaves nothing behind, and writes nothing any more', () => {
  status.show('a');
  status.print('line');
  status.hide();
  expect(screen.lines).toEqual(['line', '']);
  jest.advanceTimersByTime(10_000);
  status.print('next');
  expect(screen.lines).toEqual(['line', 'next', '']);
  expect(jest.getTimerCount()).toBe(0);
});

it('is written while a line is that is longer than the terminal', () => {
  status.show('a');
  status.print('x'.repeat(50));
  expect(screen.lines).toEqual(['x'.repeat(40), 'x'.repeat(10), 'a  0 s']);
});

it.each([
  [80, 'y'.repeat(100), `${'y'.repeat(73)}…  0 s`],
  [undefined, 'y'.repeat(100), `${'y'.repeat(73)}…  0 s`],
  [0, 'y'.repeat(100), `${'y'.repeat(73)}…  0 s`],
  [8, 'text', 't…  0 s'],
  [3, 'text', '……'],
  [20, 'a\u001b[2J\nb', 'a\\x1b[2J\\x0ab  0 s'],
])('takes one line of a terminal with %p columns', (columns, text, expected) => {
  const narrow = new Screen(columns);
  createStatusLine(narrow).show(text);
  expect(narrow.lines).toEqual([expected]);
});
