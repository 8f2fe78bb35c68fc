import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, tryCommand } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { makeDisk, type DiskOptions } from './disk';
import { type Machine } from './machine';
import { findAcceleration, qemuArgv, VIRTUAL_MACHINES, type Acceleration } from './qemu';

const ACCELERATIONS: Readonly<Record<Acceleration, string>> = {
  kvm: 'with KVM',
  tcg: 'emulated, since KVM does not work',
};

/** A virtual machine with the image's own kernel and initramfs, its root filesystem deployed by ostree as on a host. */
export async function createVirtualMachine(
  options: Omit<DiskOptions, 'console'> & { readonly architecture: Architecture },
): Promise<Machine> {
  const { architecture, directory } = options;
  const { console, program } = VIRTUAL_MACHINES[architecture];
  const acceleration = await findAcceleration(architecture, options.signal);
  const disk = await makeDisk({ ...options, console });
  const channelFile = join(directory, 'channel');
  await writeFile(channelFile, '');
  const argv = qemuArgv(architecture, acceleration, disk, channelFile);
  return {
    title: `${program} (${ACCELERATIONS[acceleration]})`,
    channelFile,
    boot: async ({ signal, onConsole }) => {
      const result = await tryCommand(argv, { signal, parentDeathSignal: 'KILL', onLine: onConsole });
      if (result.exitCode !== 0) throw new CommandError(result);
    },
    // Its files are in `directory`.
    dispose: () => Promise.resolve(),
  };
}
