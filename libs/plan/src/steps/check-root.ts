import { throwIfAny, type Diagnostic, shellCommand } from '@immutablue/diagnostics';
import { ociArchitecture, type Architecture } from '@immutablue/variant';
import { lines } from '../containerfile/action';
import type { StepKind } from './kind';
import type { StepRuntime } from './runtime';

/** Checks what the image stands on, before anything is changed. */
export interface CheckRootStep {
  readonly kind: 'check-root';
  readonly architecture: Architecture;
}

const PROGRAMS = ['/usr/bin/dnf', '/usr/bin/rpm', '/usr/bin/bash', '/usr/bin/systemctl'] as const;
const MODULES = '/usr/lib/modules';

export const checkRoot: StepKind<CheckRootStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: () => 'check the root filesystem',
  reads: () => ({ trees: [MODULES], paths: ['/ostree', ...PROGRAMS] }),
  // Another architecture is another image, whatever the rest says.
  inputs: ({ architecture }) => [{ noun: 'architecture', name: '', value: architecture }],
  print: ({ architecture }) => [`for ${architecture}`],
  run: check,
  containerfile: ({ architecture }) => lines([shellCommand(['check_root', architecture])]),
};

/**
 * Checks that the root filesystem is one that a bootable image can be made from: the architecture, one kernel with its
 * initramfs, the link /ostree, a package manager, bash and systemctl.
 *
 * @throws {DiagnosticError} `build/not-bootable`, one diagnostic for each thing that is missing.
 */
async function check(step: CheckRootStep, { parent, root, variant }: StepRuntime): Promise<void> {
  const faults: string[] = [];

  const architecture = ociArchitecture(step.architecture);
  if (parent.architecture !== architecture) faults.push(`is for ${parent.architecture}, not for ${architecture}`);

  const ostree = await root.lstat('/ostree');
  if (ostree?.target !== 'sysroot/ostree') faults.push('has no link /ostree to sysroot/ostree');

  const kernels: string[] = [];
  if (await root.exists(MODULES)) {
    for (const directory of await root.list(MODULES)) {
      if (await root.exists(`${directory.path}/vmlinuz`)) kernels.push(directory.path);
    }
  }
  if (kernels.length !== 1) faults.push(`holds ${kernels.length} kernels below ${MODULES}, where there must be one`);
  for (const kernel of kernels) {
    if (!(await root.exists(`${kernel}/initramfs.img`))) faults.push(`has no ${kernel}/initramfs.img`);
  }

  for (const program of PROGRAMS) {
    if (!(await root.exists(program))) faults.push(`has no ${program}`);
  }

  throwIfAny(
    faults.map((fault): Diagnostic => ({
      code: 'build/not-bootable',
      message: `the image \`${parent.reference}\`, which \`${variant}\` stands on, ${fault}`,
      hint: 'a variant stands on a bootable (bootc) image with rpm and dnf; see `from` in its variant.yaml',
    })),
  );
}
