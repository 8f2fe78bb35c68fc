import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace, type Workspace } from './support/workspace';

/**
 * Images that are booted in a virtual machine, as far as the minutes of an emulated one are not needed for it: up to QEMU, which is
 * one that KVM fails under. The variant has nothing but the lab's headless image.
 */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  await workspace.seedImages('e2e-teal');
  await workspace.addVariant('e2e-teal', { files: { 'boot-checks.yaml': 'checks: []\n' } });
});

afterAll(() => workspace.dispose());

/** What QEMU does when KVM fails: it says so, and waits. */
const FAILING_QEMU = `#!/bin/sh
[ "$1" = --version ] && exec echo 'QEMU emulator version 0'
echo 'KVM internal error. Suberror: 1' >&2
echo 'emulation failure' >&2
exec sleep 600
`;

async function placeQemu(): Promise<string> {
  const directory = join(workspace.cacheDirectory, '..', 'qemu');
  const program = join(directory, 'qemu-system-x86_64');
  await mkdir(directory);
  await writeFile(program, FAILING_QEMU);
  await chmod(program, 0o755);
  return directory;
}

it('ends at once when KVM fails, leaves nothing, and finds tools that are not in the search path', async () => {
  const qemu = await placeQemu();
  const started = performance.now();
  const { exitCode, output } = await workspace.nxWith(
    { PATH: `${qemu}:/usr/bin:/bin` },
    ...['boot', 'e2e-teal', '--vm', '--exclude-task-dependencies'],
  );
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^the machine is emulated, without KVM: \S/m);
  expect(output).toMatch(/^boot 1 of 1 with qemu-system-x86_64, emulated$/m);
  expect(output).toContain(
    'error[boot/machine-failed]: KVM does not work on this machine: KVM internal error. Suberror: 1',
  );
  expect(performance.now() - started).toBeLessThan(120_000);
  expect(await workspace.store.orphans()).toEqual([]);
});
