import { lineWriter, print, printError, printJson } from './print';

const HOSTILE = 'a\u001b[2J\u009b\r\u202e https://me:pass@example.org';

function printed(stream: 'log' | 'error', work: () => void): string {
  const spy = jest.spyOn(console, stream).mockImplementation(() => undefined);
  work();
  const text = spy.mock.calls.flat().join('\n');
  spy.mockRestore();
  return text;
}

it.each([
  [
    'print',
    'a\\x1b[2J\\x9b\\x0d\\u202e https://***@example.org\n\tb',
    () => {
      print(`${HOSTILE}\n\tb`);
    },
  ],
  [
    'printJson',
    '{\n  "a": "a\\u001b[2J\\u009b\\r\\u202e https://***@example.org"\n}',
    () => {
      printJson({ a: HOSTILE });
    },
  ],
] as const)('%s writes nothing that acts on a terminal', (_, expected, work) => {
  expect(printed('log', work)).toBe(expected);
});

it('prints JSON that means the same', () => {
  const value = { a: 'x\u001b\u009b\u202e\ud800\u2028"', b: [1, null] };
  expect(
    JSON.parse(
      printed('log', () => {
        printJson(value);
      }),
    ),
  ).toEqual(value);
});

it('prints errors', () => {
  expect(
    printed('error', () => {
      printError(new Error(HOSTILE), { root: '/', colors: 'never' });
    }),
  ).toContain('error[internal/unexpected]: a\\x1b[2J\\x9b\\x0d\\u202e https://***@example.org\n');
});

it('writes a line as one line', () => {
  const lines: string[] = [];
  lineWriter({ write: (text: string) => lines.push(text) })('a\n::error::b\tc\u001b');
  expect(lines).toEqual(['a\\x0a::error::b\tc\\x1b\n']);
});

it.each([
  ['on GitHub', { GITHUB_ACTIONS: 'true' }, 1],
  ['elsewhere in CI', { CI: 'true' }, 0],
])('has workflow commands %s', (_, environment, commands) => {
  const text = printed('error', () => {
    printError(new Error('a fault'), { root: '/', colors: 'never' }, environment);
  });
  expect(text.match(/^::error /gm) ?? []).toHaveLength(commands);
});
