import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followLines } from './follow-lines';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-follow-'));
  file = join(directory, 'output');
  await writeFile(file, '');
});

afterEach(() => rm(directory, { recursive: true }));

it('passes on lines while the file grows', async () => {
  let told: (line: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (told = resolve));
  const follower = await followLines(file, (line) => {
    told(line);
  });
  await appendFile(file, 'one\ntw');
  expect(await first).toBe('one');
  await follower.stop();
});

it.each([
  ['nothing', '', []],
  ['lines', 'one\n\ntwo\n', ['one', '', 'two']],
  ['a last line without its end', 'one\ntwo', ['one', 'two']],
  ['characters of more than one byte', `${'ü'.repeat(100_000)}\n`, ['ü'.repeat(100_000)]],
])('passes on all that was written before it was stopped: %s', async (_, text, expected) => {
  const lines: string[] = [];
  const follower = await followLines(file, (line) => lines.push(line));
  await appendFile(file, text);
  await follower.stop();
  expect(lines).toEqual(expected);
});
