import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownAnswer } from './known-answer';

let directory: string;
let config: string;
let asked: number;
const before = process.env['IMMUTABLUE_CACHE_DIR'];

/** Longer than the clock of a file system may be behind. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Asks for how often it was asked. */
function ask(circumstances: readonly string[] = [], isTrue?: (answer: string) => Promise<boolean>): Promise<string> {
  return knownAnswer(
    { argv: ['bash', '--version'], files: [config, join(directory, 'conf.d')], circumstances },
    () => {
      asked += 1;
      return Promise.resolve(String(asked));
    },
    isTrue,
  );
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-answers-'));
  process.env['IMMUTABLUE_CACHE_DIR'] = join(directory, 'cache');
  config = join(directory, 'storage.conf');
  await writeFile(config, 'one');
  asked = 0;
  await settle();
});

afterEach(async () => {
  if (before === undefined) delete process.env['IMMUTABLUE_CACHE_DIR'];
  else process.env['IMMUTABLUE_CACHE_DIR'] = before;
  await rm(directory, { recursive: true });
});

it('asks once', async () => {
  expect([await ask(), await ask()]).toEqual(['1', '1']);
});

it('asks again when a file has changed, even to the same size and time', async () => {
  const time = new Date(0);
  await utimes(config, time, time);
  await settle();
  expect(await ask()).toBe('1');
  await writeFile(config, 'two');
  await utimes(config, time, time);
  expect(await ask()).toBe('2');
});

it('does not keep what was asked just after an edit', async () => {
  await writeFile(config, 'two');
  expect([await ask(), await ask()]).toEqual(['1', '2']);
});

it('asks again when a file appears or goes, in a folder too', async () => {
  expect(await ask()).toBe('1');
  await rm(config);
  expect(await ask()).toBe('2');
  await mkdir(join(directory, 'conf.d'));
  await writeFile(join(directory, 'conf.d', 'more.conf'), 'more');
  await settle();
  expect([await ask(), await ask()]).toEqual(['3', '3']);
  await writeFile(join(directory, 'conf.d', 'more.conf'), 'other');
  expect(await ask()).toBe('4');
});

it('keeps one answer for each circumstance', async () => {
  expect([await ask(['a']), await ask(['b']), await ask(['a'])]).toEqual(['1', '2', '1']);
});

it('asks again when the answer does not hold any more', async () => {
  expect(await ask()).toBe('1');
  expect(await ask([], (answer) => Promise.resolve(answer !== '1'))).toBe('2');
});

it('keeps nothing of what fails', async () => {
  const failing = knownAnswer({ argv: ['bash'], files: [], circumstances: [] }, () =>
    Promise.reject(new Error('refused')),
  );
  await expect(failing).rejects.toThrow('refused');
  const answer = knownAnswer({ argv: ['bash'], files: [], circumstances: [] }, () => Promise.resolve('yes'));
  expect(await answer).toBe('yes');
});
