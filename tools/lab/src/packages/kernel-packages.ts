import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type RpmPackage } from './rpm-spec';

/**
 * Debian packages of the kernel that the root filesystem has and of another that stands in for the long-term kernel, by
 * the name that Fedora and its COPR repositories have for such a package. Headers must be those of the very kernel.
 *
 * @param kernel the release of the root filesystem's kernel, as `uname -r` prints it.
 */
export function kernelSources(kernel: string): Readonly<Record<string, string>> {
  const longterm = longtermKernel(kernel);
  return {
    dkms: 'dkms',
    'kernel-devel': `linux-headers-${kernel}`,
    [LONGTERM_CORE]: `linux-image-${longterm}`,
    'kernel-longterm-devel': `linux-headers-${longterm}`,
  };
}

/** What else the headers take: Debian's depend on the compiler, and leave make to dkms. */
export const KERNEL_TOOLS = ['make'] as const;

/** Names of the packages that are made from {@link kernelSources}, whatever the kernel's release. */
export const KERNEL_PACKAGE_NAMES = [
  'dkms',
  'kernel-devel',
  'kernel-longterm',
  'kernel-longterm-core',
  'kernel-longterm-devel',
  'kernel-longterm-modules',
] as const;

const LONGTERM_CORE = 'kernel-longterm-core';
const LONGTERM_MODULES = 'kernel-longterm-modules';

/** Debian's kernel for any machine, from the same source as the one for virtual machines that the root filesystem has. */
function longtermKernel(kernel: string): string {
  const longterm = kernel.replace('-cloud-', '-');
  if (longterm === kernel) throw new RangeError(`not a kernel for virtual machines: ${kernel}`);
  return longterm;
}

/**
 * The release of the one kernel that a root filesystem has.
 *
 * @param directories absolute paths of the root filesystem's directories.
 */
export function kernelOf(directories: readonly string[]): string {
  const kernels = directories.flatMap((path) => /^\/usr\/lib\/modules\/([^/]+)$/.exec(path)?.[1] ?? []);
  const [kernel] = kernels;
  if (kernel === undefined || kernels.length > 1) {
    throw new RangeError(`expected one kernel in the root filesystem, found: ${kernels.join(' ')}`);
  }
  return kernel;
}

/**
 * What of the kernel's modules is left out, to keep the lab small: drivers for devices that neither an initramfs nor a
 * virtual machine has.
 */
const LEFT_OUT = [
  'sound',
  'drivers/gpu',
  'drivers/hwmon',
  'drivers/iio',
  'drivers/infiniband',
  'drivers/media',
  'drivers/net/ethernet',
  'drivers/net/wireless',
  'drivers/platform',
  'drivers/staging',
];

/** Moves the files of a Debian kernel package to where Fedora has them. Other packages stay as they are. */
export async function adaptKernelTree(tree: string, debianName: string): Promise<void> {
  const [, kind, kernel] = /^linux-(image|headers)-(\d.*-amd64)$/.exec(debianName) ?? [];
  if (kernel === undefined) return;
  const modules = join(tree, 'usr/lib/modules', kernel);
  if (kind === 'headers') {
    await mkdir(join(tree, 'usr/src/kernels'), { recursive: true });
    await symlink(`../linux-headers-${kernel}`, join(tree, 'usr/src/kernels', kernel));
    return;
  }
  for (const name of await readdir(join(tree, 'boot'))) {
    await rename(join(tree, 'boot', name), join(modules, name.replace(`-${kernel}`, '')));
  }
  await rm(join(tree, 'boot'), { recursive: true });
  for (const path of LEFT_OUT) await rm(join(modules, 'kernel', path), { recursive: true });
}

/**
 * The RPMs that a repackaged Debian package becomes, cut as Fedora cuts kernels: an image with its modules becomes
 * kernel-longterm, -core and -modules. Other packages stay as they are.
 */
export function cutKernelPackage(rpm: RpmPackage, debianName: string): RpmPackage[] {
  if (rpm.name === LONGTERM_CORE) return cutImage(rpm);
  if (!debianName.startsWith('linux-headers-') || rpm.name.startsWith('lab-')) return [rpm];
  const kernel = debianName.replace('linux-headers-', '');
  return [
    {
      ...rpm,
      // The headers are there without the kernel: that is what a dep-builder is for.
      requires: [
        ...rpm.requires.filter((name) => name !== LONGTERM_CORE),
        ...KERNEL_TOOLS.map((name) => `lab-${name}`),
      ],
      // A release of Debian's kernels cannot be the version of an RPM: `dnf install kernel-devel-<kernel>` finds this.
      provides: [...rpm.provides, `${rpm.name}-${kernel}`],
    },
  ];
}

function cutImage(rpm: RpmPackage): RpmPackage[] {
  const isModule = (path: string) => /^\/usr\/lib\/modules\/[^/]+\/kernel(\/|$)/.test(path);
  const same = `= ${rpm.version}-${rpm.release}`;
  return [
    { ...rpm, requires: [], files: rpm.files.filter(({ path }) => !isModule(path)) },
    { ...rpm, name: LONGTERM_MODULES, requires: [], files: rpm.files.filter(({ path }) => isModule(path)) },
    {
      ...rpm,
      name: 'kernel-longterm',
      requires: [`${LONGTERM_CORE} ${same}`, `${LONGTERM_MODULES} ${same}`],
      files: [],
    },
  ];
}
