import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAcceleration, giveUpKvm } from './acceleration';

// Longer than a guest is waited for: what hangs ends within its test.
jest.setTimeout(30_000);

let directory: string;
let device: string;
const { PATH } = process.env;

/** A QEMU whose guest says what it is to say; each start is a line of `starts`. */
async function placeQemu(guest: string, version = '7.2'): Promise<void> {
  const program = join(directory, 'qemu-system-x86_64');
  const script = `[ "$1" = --version ] && exec echo 'QEMU emulator version ${version}'\necho x >>'${directory}/starts'\n${guest}`;
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
}

const find = () => findAcceleration('x86_64', { directory, signal: new AbortController().signal, device });
const starts = async () => (await readFile(join(directory, 'starts'), 'utf8')).length / 2;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-acceleration-'));
  device = join(directory, 'device');
  await writeFile(device, '');
  await appendFile(join(directory, 'starts'), '');
  process.env['PATH'] = `${directory}:${PATH ?? ''}`;
  process.env['IMMUTABLUE_CACHE_DIR'] = join(directory, 'cache');
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  delete process.env['IMMUTABLUE_CACHE_DIR'];
  await rm(directory, { recursive: true });
});

const ALIVE = 'echo alive; exec sleep 600';
const BROKEN = "echo 'KVM internal error. Suberror: 1' >&2; exec sleep 600";

it.each([
  [ALIVE, { kind: 'kvm' }],
  [BROKEN, { kind: 'tcg', reason: 'KVM internal error. Suberror: 1' }],
])('asks a guest once: %s', async (guest, expected) => {
  await placeQemu(guest);
  expect([await find(), await find(), await starts()]).toEqual([expected, expected, 1]);
});

it('asks again when QEMU ended for another reason', async () => {
  await placeQemu('echo "qemu: no memory" >&2; exit 1');
  expect([await find(), await find(), await starts()]).toEqual([
    ...Array<unknown>(2).fill({ kind: 'tcg', reason: 'qemu: no memory' }),
    2,
  ]);
});

it('asks again for another QEMU', async () => {
  await placeQemu(BROKEN);
  await find();
  await placeQemu(ALIVE, '8.0');
  expect([await find(), await starts()]).toEqual([{ kind: 'kvm' }, 2]);
});

it('asks again when the answer cannot be read', async () => {
  await placeQemu(ALIVE);
  await find();
  await writeFile(join(directory, 'cache', 'kvm.json'), '{');
  expect([await find(), await starts()]).toEqual([{ kind: 'kvm' }, 2]);
});

it('takes the word of a boot that failed over that of the guest', async () => {
  await placeQemu(ALIVE);
  await find();
  await giveUpKvm('x86_64', 'KVM internal error. Suberror: 3');
  expect(await find()).toEqual({ kind: 'tcg', reason: 'KVM internal error. Suberror: 3' });
});

it('asks no guest where there is no device', async () => {
  await placeQemu(ALIVE);
  await rm(device);
  expect(await find()).toEqual({ kind: 'tcg', reason: `there is no ${device}` });
  expect(await starts()).toBe(0);
});

it('asks no guest of another architecture', async () => {
  const found = await findAcceleration('aarch64', { directory, signal: new AbortController().signal, device });
  expect(found).toEqual({ kind: 'tcg', reason: 'this machine is no aarch64' });
});
