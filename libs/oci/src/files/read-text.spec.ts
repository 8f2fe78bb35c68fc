import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { readFirstLine, readIfThere, readText } from './read-text';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-text-'));
  file = join(directory, 'packages.yaml');
});
afterEach(() => rm(directory, { recursive: true }));

/** What reading a file says, without the folder. */
async function said(read: (file: string) => Promise<unknown>, path = file): Promise<string> {
  const error: unknown = await read(path).then(String, (thrown: unknown) => thrown);
  return typeof error === 'string' ? error : renderError(error, { root: directory, colors: 'never' });
}

it('reads text, and nothing where there is nothing', async () => {
  expect(await readIfThere(file)).toBeUndefined();
  await writeFile(file, 'grün\nblau\n');
  expect(await readIfThere(join(file, 'below'))).toBeUndefined();
  expect(await readIfThere(file)).toBe('grün\nblau\n');
  expect(await readText(file)).toBe('grün\nblau\n');
  expect(await readFirstLine(file)).toBe(Buffer.from('grün').toString('latin1'));
});

it('reads the first line of a file of more than 2 GiB, or the start of one that is long', async () => {
  await writeFile(file, '#!/bin/sh\n');
  await truncate(file, 2_200_000_000);
  expect(await readFirstLine(file)).toBe('#!/bin/sh');
  await writeFile(file, 'x'.repeat(5000));
  expect(await readFirstLine(file)).toHaveLength(4096);
});

it('reads files of /proc, whose size is 0', async () => {
  expect(await readText('/proc/self/status')).toContain('Name:');
});

it.each([
  ['a folder', 'is a folder, not a file', () => mkdir(file)],
  ['a FIFO', 'is a FIFO, not a file', () => Promise.resolve(execFileSync('mkfifo', [file]))],
  ['a link to a FIFO', 'is a FIFO, not a file', linkToFifo],
  ['a device that never ends', 'is a device, not a file', () => symlink('/dev/zero', file)],
  ['a link to itself', 'is a link that leads back to itself', () => symlink(file, file)],
  ['too large', 'is too large: 3.0 GB; a text has 64 MB at most', sparse],
])('says at once that the file is %s', async (_, fault, make) => {
  await make();
  expect(await said(readIfThere)).toBe(
    `error[file/not-readable]: \`packages.yaml\` ${fault}\n  --> packages.yaml:1:1`,
  );
});

it('says that the file is a socket', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(file, resolve));
  try {
    expect(await said(readText)).toContain('`packages.yaml` is a socket or a device, not a file');
  } finally {
    server.close();
  }
});

it('says that what must be there is not', async () => {
  expect(await said(readText)).toContain('`packages.yaml` is not there');
});

it.each([
  ['too long a name', () => join(directory, 'x'.repeat(300)), 'is too long for the system'],
  ['too deep', () => join(directory, 'x/'.repeat(3000)), 'is too long for the system'],
])('says of a path that it is %s, briefly', async (_, path, fault) => {
  await writeFile(file, '');
  const text = await said(readIfThere, path());
  expect(text).toContain(fault);
  expect(text.length).toBeLessThan(600);
});

async function linkToFifo(): Promise<void> {
  execFileSync('mkfifo', [join(directory, 'fifo')]);
  await symlink('fifo', file);
}

async function sparse(): Promise<void> {
  await writeFile(file, '');
  await truncate(file, 3e9);
}
