import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryCommand } from '@immutablue/oci';
import { KvmError, runQemu } from './qemu';

// Longer than a guest is waited for: what hangs ends within its test.
jest.setTimeout(30_000);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'immutablue-qemu-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A program that does what QEMU does when the kernel cannot go on with its guest: it says so, and waits for ever. */
async function stuck(line: string): Promise<string> {
  const program = join(directory, 'qemu-system-stuck');
  await writeFile(program, `#!/bin/sh\necho 'Booting'\necho '${line}' >&2\necho 'RAX=0' >&2\nexec sleep 600\n`);
  await chmod(program, 0o755);
  return program;
}

const run = (program: string, onConsole: (line: string) => void = () => undefined) =>
  runQemu([program], { signal: AbortSignal.timeout(10_000), onConsole });

it.each([
  'KVM internal error. Suberror: 1',
  'KVM: entry failed, hardware error 0x80000021',
  'KVM: unknown exit, hardware reason 31',
  'error: kvm run failed Bad address',
])('ends a machine that QEMU has stopped for good: %s', async (line) => {
  const started = performance.now();
  await expect(run(await stuck(line))).rejects.toEqual(new KvmError(line));
  expect(performance.now() - started).toBeLessThan(4000);
  expect((await tryCommand(['pgrep', '--full', directory])).stdout).toBe('');
});

it('does not take for that what the system in the machine prints', async () => {
  const program = join(directory, 'qemu-system-quoting');
  await writeFile(program, "#!/bin/sh\necho 'KVM internal error. Suberror: 1'\nsleep 0.2\n");
  await chmod(program, 0o755);
  const lines: string[] = [];
  await run(program, (line) => lines.push(line));
  expect(lines).toEqual(['KVM internal error. Suberror: 1']);
});
