import { DiagnosticError, throwIfAny } from '@immutablue/diagnostics';
import { BOOT_TOOLS, checkTool, storageUserId } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { type MachineKind } from './machine';

/**
 * Checks that this machine can boot an image, as that user.
 *
 * @throws {DiagnosticError} `host/missing-tool` for each tool that is missing, `host/not-root` for a container of an
 *   ordinary user.
 */
export async function requireMachineHost(
  machine: MachineKind,
  architecture: Architecture,
  variant: string,
): Promise<void> {
  if (machine === 'nspawn' && storageUserId() !== 0) {
    throw new DiagnosticError({
      code: 'host/not-root',
      message: 'systemd-nspawn boots an image as root only',
      hint: `\`npx nx boot ${variant} --vm\` boots it in a virtual machine, without root; or build and boot it as root: each user has images of their own`,
    });
  }
  const tools = machine === 'nspawn' ? BOOT_TOOLS.nspawn : BOOT_TOOLS[`vm-${architecture}` as const];
  throwIfAny((await Promise.all(tools.map(checkTool))).flat());
}
