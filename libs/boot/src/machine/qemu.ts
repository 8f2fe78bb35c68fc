import { tryCommand, type Argv } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { type Disk } from './disk';

/** `kvm`: on the processor itself; `tcg`: emulated, which takes many times as long. */
export type Acceleration = 'kvm' | 'tcg';

/** The name of the port through which the agent in the machine speaks. */
const PORT = 'immutablue-boot';

/** Where that port is in the machine. */
export const VM_CHANNEL = `/dev/virtio-ports/${PORT}`;

/** Per architecture: the emulator, the machine it is to be, and what the kernel calls its first serial port. */
export const VIRTUAL_MACHINES = {
  x86_64: { program: 'qemu-system-x86_64', machine: 'q35', console: 'ttyS0' },
  aarch64: { program: 'qemu-system-aarch64', machine: 'virt', console: 'ttyAMA0' },
} as const satisfies Record<Architecture, { program: string; machine: string; console: string }>;

/**
 * Finds out whether KVM works here, by starting a machine with it that does nothing. That there is a /dev/kvm means little: it
 * may belong to others, be for another architecture, or be broken inside a virtual machine.
 */
export async function findAcceleration(architecture: Architecture, signal: AbortSignal): Promise<Acceleration> {
  const { program, machine } = VIRTUAL_MACHINES[architecture];
  const argv: Argv = [program, '-machine', machine, ...processor('kvm'), ...WITHOUT_DEVICES, '-S', '-monitor', 'stdio'];
  const { exitCode } = await tryCommand(argv, { input: 'quit\n', signal, parentDeathSignal: 'KILL' });
  return exitCode === 0 ? 'kvm' : 'tcg';
}

const WITHOUT_DEVICES = ['-nodefaults', '-no-user-config', '-display', 'none'] as const;

function processor(acceleration: Acceleration): string[] {
  return ['-accel', acceleration, '-cpu', 'max', '-smp', '2', '-m', '2048'];
}

/** Boots a disk: the console is on standard output, what the agent says goes to `channelFile`. No network. */
export function qemuArgv(
  architecture: Architecture,
  acceleration: Acceleration,
  disk: Disk,
  channelFile: string,
): Argv {
  const { program, machine } = VIRTUAL_MACHINES[architecture];
  return [
    program,
    ...['-machine', machine],
    ...processor(acceleration),
    ...WITHOUT_DEVICES,
    '-no-reboot',
    ...['-kernel', disk.kernel],
    ...['-initrd', disk.initramfs],
    ...['-append', disk.kernelArguments],
    ...['-drive', `file=${escaped(disk.file)},if=virtio,format=raw`],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `file,id=agent,path=${escaped(channelFile)}`],
    ...['-device', `virtserialport,chardev=agent,name=${PORT}`],
    ...['-device', 'virtio-rng-pci'],
    ...['-serial', 'stdio', '-monitor', 'none'],
  ];
}

/** QEMU's options are lists with commas: one in a value is written twice. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
