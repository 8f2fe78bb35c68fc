import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { escaped, KvmError, machineArgv, runQemu, type Accelerator } from './qemu';

/**
 * What became of a guest that was to say a word. It is `dead` when KVM has failed under it; that it said nothing in time, or QEMU
 * ended, may have other causes, another time be otherwise, and proves nothing.
 */
export type GuestOutcome =
  | { readonly kind: 'alive' }
  | { readonly kind: 'dead'; readonly reason: string }
  | { readonly kind: 'unproven'; readonly reason: string };

export interface GuestOptions {
  /** Where its file is written. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Ends the wait for its word. */
  readonly deadline: AbortSignal;
}

/** Of a disk that SeaBIOS boots from: of a smaller one it reads nothing. */
const DISK_BYTES = 1024 * 1024;

/** The word that a guest writes to the first serial port, and then waits for its end. */
const WORD = 'alive';

/**
 * A boot sector. It goes from real mode to 64-bit mode with paging, and there uses an instruction of BMI2 if the processor has
 * that, as the kernels of today do when they unpack themselves: a KVM that emulates what it cannot run gets through the firmware,
 * and fails here.
 */
const BOOT_SECTOR = `
fa 31c0 8ed8 8ec0 fc      # cli; ds = es = 0; cld
66bf00100000 0f22df       # cr3 = edi = 0x1000
6631c0 66b9000c0000 66f3ab # clear three pages from there
c70600100320              # the page map's first entry: 0x2000, present, writable
c70600200330              # the next table's: 0x3000
c70600308300              # and its first: 2 MiB of memory from address 0
66b820000000 0f22e0       # cr4: physical address extension
66b9800000c0 0f32 80cc01 0f30 # EFER: long mode
0f01166b7c                # lgdt
0f20c0 660d01000080 0f22c0 # cr0: protected mode, paging
ea717c0800                # jmp 8:0x7c71
0000000000000000 00000000009a2000 # GDT: nothing, 64-bit code
0f00 5b7c0000             # its length and address
31c0 0fa2 83f807 7214     # 0x7c71: cpuid has a leaf 7, or jmp 0x7c8e
b807000000 31c9 0fa2      # cpuid 7
0fbae308 7305             # it has BMI2, or jmp 0x7c8e
c4e271f7c0                # shlx eax, eax, ecx
488d350f000000            # 0x7c8e: rsi = the word
baf8030000 b906000000 f36e # write its six bytes to port 0x3f8
f4 ebfd                   # hlt, for ever
${Buffer.from(`${WORD}\n`).toString('hex')}`;

/** Firmware of the machine `virt`, whose processor starts at address 0 and whose serial port is at 0x9000000. */
const AARCH64_FIRMWARE = `
0020a1d2 e1000010 # x0 = the port, x1 = the word
22144038 62000034 # its next byte, or go on after the end
020000b9 fdffff17 # write it, and so on
7f2003d5 ffffff17 # wfi, for ever
${Buffer.from(`${WORD}\n\0`).toString('hex')}`;

/** The guest of an architecture: its bytes, and what starts QEMU with the file that they are in. */
const GUESTS: Readonly<
  Record<Architecture, { readonly bytes: Buffer; readonly argumentsFor: (file: string) => readonly string[] }>
> = {
  x86_64: {
    bytes: bootDisk(assembled(BOOT_SECTOR)),
    argumentsFor: (file) => ['-drive', `file=${escaped(file)},if=virtio,format=raw`],
  },
  aarch64: { bytes: assembled(AARCH64_FIRMWARE), argumentsFor: (file) => ['-bios', file] },
};

function assembled(listing: string): Buffer {
  return Buffer.from(listing.replaceAll(/#.*|\s/g, ''), 'hex');
}

function bootDisk(code: Buffer): Buffer {
  const disk = Buffer.alloc(DISK_BYTES);
  code.copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/**
 * Starts a guest that says one word, on the machine that images are booted on: that it runs proves that a guest runs there, which
 * neither a /dev/kvm nor a QEMU that starts does.
 *
 * @throws {DiagnosticError} `build/interrupted` when `signal` stops it, `host/missing-tool` without QEMU.
 */
export async function runGuest(
  architecture: Architecture,
  accelerator: Accelerator,
  { directory, signal, deadline }: GuestOptions,
): Promise<GuestOutcome> {
  const { bytes, argumentsFor } = GUESTS[architecture];
  const file = join(directory, 'guest');
  await writeFile(file, bytes);
  const heard = new AbortController();
  try {
    await runQemu([...machineArgv(architecture, accelerator), ...argumentsFor(file)], {
      signal: AbortSignal.any([signal, deadline, heard.signal]),
      onConsole: (line) => {
        if (line.trimEnd().endsWith(WORD)) heard.abort();
      },
    });
    return { kind: 'unproven', reason: 'QEMU ended with exit code 0' };
  } catch (error) {
    if (heard.signal.aborted) return { kind: 'alive' };
    if (error instanceof KvmError) return { kind: 'dead', reason: error.reason };
    if (error instanceof CommandError) return { kind: 'unproven', reason: reasonOf(error) };
    if (deadline.aborted && !signal.aborted) return { kind: 'unproven', reason: 'a guest said nothing in time' };
    throw error;
  }
}

function reasonOf({ result: { tail, exitCode } }: CommandError): string {
  return tail.find((line) => line !== '' && !line.includes('warning: ')) ?? `QEMU ended with exit code ${exitCode}`;
}
