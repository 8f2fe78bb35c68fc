import { DiagnosticError } from '@immutablue/diagnostics';

/** What a boot loader is told of a deployment. */
export interface BootEntry {
  /** The kernel, a path below /boot of the disk. */
  readonly kernel: string;
  /** The initramfs, likewise. */
  readonly initramfs: string;
  /** The kernel's command line. */
  readonly options: string;
}

/**
 * Reads an entry as ostree writes it: https://uapi-group.org/specifications/specs/boot_loader_specification/
 *
 * @throws {DiagnosticError} `oci/unexpected-output` when it has not all that a boot needs.
 */
export function parseBootEntry(text: string): BootEntry {
  const value = (key: string) => new RegExp(`^${key}[ \\t]+(.+)$`, 'm').exec(text)?.[1]?.trim();
  const [kernel, initramfs, options] = [value('linux'), value('initrd'), value('options')];
  if (kernel !== undefined && initramfs !== undefined && options !== undefined) return { kernel, initramfs, options };
  throw new DiagnosticError({
    code: 'oci/unexpected-output',
    message: 'ostree wrote a boot entry without a kernel, an initramfs or options',
    notes: text.trimEnd().split('\n'),
  });
}
