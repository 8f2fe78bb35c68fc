import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Architecture } from '@immutablue/variant';
import { findAcceleration, giveUpKvm } from './acceleration';
import { makeDisk, type DiskOptions } from './disk';
import { type Machine } from './machine';
import { KvmError, qemuArgv, runQemu, VIRTUAL_MACHINES } from './qemu';

/** A virtual machine with the image's own kernel and initramfs, its root filesystem deployed by ostree as on a host. */
export async function createVirtualMachine(
  options: Omit<DiskOptions, 'console'> & { readonly architecture: Architecture },
): Promise<Machine> {
  const { architecture, directory } = options;
  const { console, program } = VIRTUAL_MACHINES[architecture];
  const acceleration = await findAcceleration(architecture, options);
  if (acceleration.kind === 'tcg') options.onStep(`the machine is emulated, without KVM: ${acceleration.reason}`);
  const disk = await makeDisk({ ...options, console });
  const channelFile = join(directory, 'channel');
  await writeFile(channelFile, '');
  const argv = qemuArgv(architecture, acceleration.kind, disk, channelFile);
  return {
    title: `${program}, ${acceleration.kind === 'kvm' ? 'with KVM' : 'emulated'}`,
    channelFile,
    boot: async (bootOptions) => {
      try {
        await runQemu(argv, bootOptions);
      } catch (error) {
        if (error instanceof KvmError) await giveUpKvm(architecture, error.reason);
        throw error;
      }
    },
    // Its files are in `directory`.
    dispose: () => Promise.resolve(),
  };
}
