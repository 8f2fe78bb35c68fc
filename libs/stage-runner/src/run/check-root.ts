import { throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import type { CheckRootStep } from '@immutablue/plan';
import type { StepContext } from './context';
import { ociArchitecture } from '@immutablue/variant';

/**
 * Checks that the root filesystem is one that a bootable image can be made from: the architecture, one kernel with its
 * initramfs, the link /ostree, a package manager, bash and systemctl.
 *
 * @throws {DiagnosticError} `build/not-bootable`, one diagnostic for each thing that is missing.
 */
export async function checkRoot(context: StepContext, step: CheckRootStep): Promise<void> {
  const { parent, plan } = context;
  const { root } = context.buildRoot;
  const faults: string[] = [];

  const architecture = ociArchitecture(step.architecture);
  if (parent.architecture !== architecture) faults.push(`is for ${parent.architecture}, not for ${architecture}`);

  const ostree = await root.lstat('/ostree');
  if (ostree?.target !== 'sysroot/ostree') faults.push('has no link /ostree to sysroot/ostree');

  const kernels: string[] = [];
  if (await root.exists('/usr/lib/modules')) {
    for (const directory of await root.list('/usr/lib/modules')) {
      if (await root.exists(`${directory.path}/vmlinuz`)) kernels.push(directory.path);
    }
  }
  if (kernels.length !== 1)
    faults.push(`holds ${kernels.length} kernels below /usr/lib/modules, where there must be one`);
  for (const kernel of kernels) {
    if (!(await root.exists(`${kernel}/initramfs.img`))) faults.push(`has no ${kernel}/initramfs.img`);
  }

  for (const program of ['dnf', 'rpm', 'bash', 'systemctl']) {
    if (!(await root.exists(`/usr/bin/${program}`))) faults.push(`has no /usr/bin/${program}`);
  }

  throwIfAny(
    faults.map((fault): Diagnostic => ({
      code: 'build/not-bootable',
      message: `the image \`${plan.parent.reference}\`, which \`${plan.variant}\` stands on, ${fault}`,
      hint: 'a variant stands on a bootable (bootc) image with rpm and dnf; see `from` in its variant.yaml',
    })),
  );
}
