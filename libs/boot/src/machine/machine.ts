/** How an image is booted: in a container with a systemd of its own, or in a virtual machine with its own kernel. */
export const MACHINE_KINDS = ['nspawn', 'vm'] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];

export interface BootOptions {
  readonly signal: AbortSignal;
  /** Called with each line of the console. */
  readonly onConsole: (line: string) => void;
}

/** A machine that is not running. What is written below its /etc and /var is still there at its next boot. */
export interface Machine {
  /** How it is called in messages: `systemd-nspawn`, `qemu-system-x86_64, with KVM`. */
  readonly title: string;
  /** Lines that the agent writes arrive here, a file of this machine. */
  readonly channelFile: string;
  /** Boots it and returns when it is off again. The agent in it powers it off. */
  readonly boot: (options: BootOptions) => Promise<void>;
  /** Gives back everything but the root filesystem that it was made from. */
  readonly dispose: () => Promise<void>;
}
