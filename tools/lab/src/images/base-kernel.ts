import { join } from 'node:path';
import { type Artifact } from '../cache/artifact';
import { runInStep, type StepContext } from '../context';
import { standInPackage } from '../packages/stand-in-plan';
import { type RpmFile, type RpmPackage } from '../packages/rpm-spec';

/** The packages that Fedora cuts the kernel of a bootable base into. */
export const BASE_KERNEL_PACKAGES = [
  'kernel',
  'kernel-core',
  'kernel-modules',
  'kernel-modules-core',
  'kernel-modules-extra',
] as const;

/** Which of them has the kernel of a root filesystem. */
const OWNER = 'kernel-core';

/**
 * What the root filesystem's kernel consists of, the initramfs with it: Debian's package brought these files, so an RPM
 * can own them but need not hold them.
 */
export async function listKernel(context: StepContext, root: Artifact): Promise<RpmFile[]> {
  const { stdout } = await runInStep(
    context,
    ['tar', '--list', '--file', join(root.directory, 'layer.tar'), `.${MODULES}`],
    { onLine: () => undefined },
  );
  return kernelFiles(stdout.split('\n'));
}

const MODULES = '/usr/lib/modules';

/** The members below {@link MODULES} of a listing by tar: `./usr/lib/modules/6.12/vmlinuz`, directories with `/` at the end. */
export function kernelFiles(members: readonly string[]): RpmFile[] {
  return members.flatMap((member): RpmFile[] => {
    const path = member.replace(/^\./, '').replace(/\/$/, '');
    if (!path.startsWith(`${MODULES}/`)) return [];
    return [{ path, kind: member.endsWith('/') ? 'ghost-directory' : 'ghost' }];
  });
}

/** The packages as the rpm database of a base has them; removing them removes the kernel. */
export function baseKernelPackages(files: readonly RpmFile[]): RpmPackage[] {
  const [first] = files;
  // `-` separates the parts of an RPM's version.
  const version = first?.path.slice(MODULES.length + 1).replaceAll('-', '.') ?? '0';
  return BASE_KERNEL_PACKAGES.map((name) => ({
    ...standInPackage(name, [], version),
    ...(name === OWNER
      ? {
          summary: "The kernel of the Immutablue lab's root filesystem",
          description: "Owns the files of the kernel that the lab's root filesystem has from Debian.",
          files,
        }
      : {}),
  }));
}
