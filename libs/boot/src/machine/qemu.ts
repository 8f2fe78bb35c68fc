import { DiagnosticError } from '@immutablue/diagnostics';
import { CommandError, tryCommand, type Argv } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { type Disk } from './disk';
import { type BootOptions } from './machine';

/** `kvm`: on the processor itself; `tcg`: emulated, which takes many times as long. */
export type Accelerator = 'kvm' | 'tcg';

/** The name of the port through which the agent in the machine speaks. */
const PORT = 'immutablue-boot';

/** Where that port is in the machine. */
export const VM_CHANNEL = `/dev/virtio-ports/${PORT}`;

/** Per architecture: the emulator, the machine it is to be, and what the kernel calls its first serial port. */
export const VIRTUAL_MACHINES = {
  x86_64: { program: 'qemu-system-x86_64', machine: 'q35', console: 'ttyS0' },
  aarch64: { program: 'qemu-system-aarch64', machine: 'virt', console: 'ttyAMA0' },
} as const satisfies Record<Architecture, { program: string; machine: string; console: string }>;

/** The arguments that every machine is started with: what a guest has proved holds for the same processor only. */
export function machineArgv(architecture: Architecture, accelerator: Accelerator): Argv {
  const { program, machine } = VIRTUAL_MACHINES[architecture];
  return [
    program,
    ...['-machine', machine],
    ...['-accel', accelerator, '-cpu', 'max', '-smp', '2', '-m', '2048'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-serial', 'stdio', '-monitor', 'none'],
  ];
}

/** Boots a disk: the console is on standard output, what the agent says goes to `channelFile`. No network. */
export function qemuArgv(architecture: Architecture, accelerator: Accelerator, disk: Disk, channelFile: string): Argv {
  return [
    ...machineArgv(architecture, accelerator),
    ...['-kernel', disk.kernel],
    ...['-initrd', disk.initramfs],
    ...['-append', disk.kernelArguments],
    ...['-drive', `file=${escaped(disk.file)},if=virtio,format=raw`],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `file,id=agent,path=${escaped(channelFile)}`],
    ...['-device', `virtserialport,chardev=agent,name=${PORT}`],
    ...['-device', 'virtio-rng-pci'],
  ];
}

/** QEMU's options are lists with commas: one in a value is written twice. */
export function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}

/** How QEMU says that KVM cannot go on with a guest. It then waits, with the guest stopped, for what a person does in its monitor. */
const KVM_ERROR = /^(KVM internal error|KVM: (entry failed|unknown exit)|error: kvm run failed)/;

/** KVM has failed in the middle of a machine. */
export class KvmError extends DiagnosticError {
  /** What QEMU said. */
  readonly reason: string;

  constructor(reason: string) {
    super({
      code: 'boot/machine-failed',
      message: `KVM does not work on this machine: ${reason}`,
      hint: 'boot again: the machine is emulated from now on; dist/boot.log has all that QEMU said',
    });
    this.name = 'KvmError';
    this.reason = reason;
  }
}

/**
 * Runs QEMU until it ends. What it says itself is passed on with the console of its machine.
 *
 * @throws {KvmError} at once when KVM fails; QEMU is ended then.
 * @throws {CommandError} when QEMU ends with a non-zero exit code.
 * @throws {DiagnosticError} `build/interrupted` when `signal` stops it.
 */
export async function runQemu(argv: Argv, { signal, onConsole }: BootOptions): Promise<void> {
  const failure = new AbortController();
  try {
    const result = await tryCommand(argv, {
      signal: AbortSignal.any([signal, failure.signal]),
      parentDeathSignal: 'KILL',
      onLine: (line, stream) => {
        onConsole(line);
        if (stream === 'stderr' && KVM_ERROR.test(line)) failure.abort(new KvmError(line));
      },
    });
    if (result.exitCode !== 0) throw new CommandError(result);
  } catch (error) {
    throw failure.signal.aborted ? failure.signal.reason : error;
  }
}
