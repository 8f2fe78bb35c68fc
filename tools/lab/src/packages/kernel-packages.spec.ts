import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adaptKernelTree, cutKernelPackage, KERNEL_PACKAGE_NAMES, kernelOf, kernelSources } from './kernel-packages';
import { type RpmPackage } from './rpm-spec';

const KERNEL = '6.12.1+deb13-cloud-amd64';
const LONGTERM = '6.12.1+deb13-amd64';

describe('kernelOf', () => {
  const directories = [
    '/usr/lib',
    '/usr/lib/modules',
    `/usr/lib/modules/${KERNEL}`,
    `/usr/lib/modules/${KERNEL}/kernel`,
  ];

  it("is the release of the root filesystem's kernel", () => {
    expect(kernelOf(directories)).toBe(KERNEL);
  });

  it.each([[[]], [[...directories, `/usr/lib/modules/${LONGTERM}`]]])('is no guess: %#', (given) => {
    expect(() => kernelOf(given)).toThrow('expected one kernel');
  });
});

describe('kernelSources', () => {
  it('are headers of the very kernel, and another kernel of the same source', () => {
    expect(kernelSources(KERNEL)).toEqual({
      dkms: 'dkms',
      'kernel-devel': `linux-headers-${KERNEL}`,
      'kernel-longterm-core': `linux-image-${LONGTERM}`,
      'kernel-longterm-devel': `linux-headers-${LONGTERM}`,
    });
  });

  it('have names that are known before the kernel is', () => {
    expect(KERNEL_PACKAGE_NAMES).toEqual(expect.arrayContaining(Object.keys(kernelSources(KERNEL))));
  });

  it('must be another kernel', () => {
    expect(() => kernelSources(LONGTERM)).toThrow(RangeError);
  });
});

describe('cutKernelPackage', () => {
  const rpm = (name: string, changes: Partial<RpmPackage> = {}): RpmPackage => ({
    name,
    version: '6.12.1',
    release: '1.lab',
    summary: 'A package',
    description: 'A package.',
    requires: [],
    provides: [],
    files: [],
    ...changes,
  });

  it('has headers found by the release of their kernel, with a compiler and make but without the kernel', () => {
    const headers = rpm('kernel-longterm-devel', { requires: ['kernel-longterm-core', 'lab-gcc-14'] });
    expect(cutKernelPackage(headers, `linux-headers-${LONGTERM}`)).toEqual([
      { ...headers, requires: ['lab-gcc-14', 'lab-make'], provides: [`kernel-longterm-devel-${LONGTERM}`] },
    ]);
  });

  it('cuts a kernel into the packages that Fedora has', () => {
    const modules = `/usr/lib/modules/${LONGTERM}`;
    const files = [modules, `${modules}/kernel`, `${modules}/kernel/a.ko`, `${modules}/vmlinuz`].map((path) => ({
      path,
      kind: 'file' as const,
    }));
    const cut = cutKernelPackage(rpm('kernel-longterm-core', { files }), `linux-image-${LONGTERM}`);
    expect(cut.map(({ name, requires, files: own }) => [name, requires, own.map(({ path }) => path)])).toEqual([
      ['kernel-longterm-core', [], [modules, `${modules}/vmlinuz`]],
      ['kernel-longterm-modules', [], [`${modules}/kernel`, `${modules}/kernel/a.ko`]],
      ['kernel-longterm', ['kernel-longterm-core = 6.12.1-1.lab', 'kernel-longterm-modules = 6.12.1-1.lab'], []],
    ]);
  });

  it.each([
    ['lab-linux-headers-6.12.1+deb13-common', 'linux-headers-6.12.1+deb13-common'],
    ['tmux', 'tmux'],
  ])('leaves %s as it is', (name, debianName) => {
    expect(cutKernelPackage(rpm(name), debianName)).toEqual([rpm(name)]);
  });
});

describe('adaptKernelTree', () => {
  let tree: string;
  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), 'immutablue-kernel-'));
  });
  afterEach(() => rm(tree, { recursive: true }));

  const plant = async (path: string) => {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), '');
  };

  it('moves a kernel beside its modules, and leaves out drivers that the lab has no use for', async () => {
    const modules = `usr/lib/modules/${LONGTERM}`;
    for (const name of ['vmlinuz', 'config', 'System.map']) await plant(`boot/${name}-${LONGTERM}`);
    const leftOut = ['sound', ...['gpu', 'hwmon', 'iio', 'infiniband', 'media', 'platform', 'staging'].map(driver)];
    for (const path of [...leftOut, driver('net/ethernet'), driver('net/wireless'), driver('net/virtio')]) {
      await plant(`${modules}/kernel/${path}/a.ko`);
    }
    await adaptKernelTree(tree, `linux-image-${LONGTERM}`);
    expect((await readdir(join(tree, modules))).sort()).toEqual(['System.map', 'config', 'kernel', 'vmlinuz']);
    expect(await readdir(tree)).toEqual(['usr']);
    expect(await readdir(join(tree, modules, 'kernel/drivers'))).toEqual(['net']);
    expect(await readdir(join(tree, modules, 'kernel/drivers/net'))).toEqual(['virtio']);
  });

  it('shows headers where Fedora has them', async () => {
    await plant(`usr/src/linux-headers-${KERNEL}/Makefile`);
    await adaptKernelTree(tree, `linux-headers-${KERNEL}`);
    expect(await readlink(join(tree, 'usr/src/kernels', KERNEL))).toBe(`../linux-headers-${KERNEL}`);
    expect(await readdir(join(tree, 'usr/src/kernels', KERNEL))).toEqual(['Makefile']);
  });

  it('touches nothing else', async () => {
    await plant('usr/bin/tmux');
    await adaptKernelTree(tree, 'tmux');
    await adaptKernelTree(tree, 'linux-headers-6.12.1+deb13-common');
    expect(await readdir(join(tree, 'usr'))).toEqual(['bin']);
  });

  function driver(name: string): string {
    return `drivers/${name}`;
  }
});
