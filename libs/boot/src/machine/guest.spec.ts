import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryCommand } from '@immutablue/oci';
import { runGuest } from './guest';

// Longer than a guest is waited for: what hangs ends within its test.
jest.setTimeout(30_000);

let directory: string;
const { PATH } = process.env;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-guest-'));
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(directory, { recursive: true });
});

const options = (milliseconds = 10_000) => ({
  directory,
  signal: new AbortController().signal,
  deadline: AbortSignal.timeout(milliseconds),
});

/** Puts a program first in the search path, in place of QEMU. */
async function replaceQemu(script: string): Promise<void> {
  const program = join(directory, 'qemu-system-x86_64');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  process.env['PATH'] = `${directory}:${PATH ?? ''}`;
}

it('runs instructions, in a real QEMU', async () => {
  expect(await runGuest('x86_64', 'tcg', options())).toEqual({ kind: 'alive' });
  expect((await tryCommand(['pgrep', '--full', directory])).stdout).toBe('');
});

it('is not alive when QEMU starts and runs nothing', async () => {
  await replaceQemu(`exec ${(await tryCommand(['which', 'qemu-system-x86_64'])).stdout} -S "$@"`);
  expect(await runGuest('x86_64', 'tcg', options(1500))).toEqual({
    kind: 'unproven',
    reason: 'a guest said nothing in time',
  });
});

it.each([
  ['KVM is broken', "echo 'KVM internal error. Suberror: 1' >&2; sleep 600", 'dead', 'KVM internal error. Suberror: 1'],
  ['QEMU ends', 'echo "qemu: warning: no" >&2; echo "qemu: no memory" >&2; exit 1', 'unproven', 'qemu: no memory'],
  ['QEMU is killed', 'kill -ABRT $$', 'unproven', 'QEMU ended with exit code 134'],
  ['QEMU ends without a word', 'exit 0', 'unproven', 'QEMU ended with exit code 0'],
])('is not alive when %s', async (_, script, kind, reason) => {
  await replaceQemu(script);
  expect(await runGuest('x86_64', 'kvm', options())).toEqual({ kind, reason });
});
