import { baseKernelPackages, kernelFiles } from './base-kernel';

const MEMBERS = [
  './usr/lib/modules/',
  './usr/lib/modules/6.12.1+deb13-cloud-amd64/',
  './usr/lib/modules/6.12.1+deb13-cloud-amd64/vmlinuz',
  '',
];

describe('kernelFiles', () => {
  it('are ghosts of the files and directories of the kernel, not of the directory that holds kernels', () => {
    expect(kernelFiles(MEMBERS)).toEqual([
      { path: '/usr/lib/modules/6.12.1+deb13-cloud-amd64', kind: 'ghost-directory' },
      { path: '/usr/lib/modules/6.12.1+deb13-cloud-amd64/vmlinuz', kind: 'ghost' },
    ]);
  });
});

describe('baseKernelPackages', () => {
  it('are those of Fedora, with the kernel in kernel-core', () => {
    const packages = baseKernelPackages(kernelFiles(MEMBERS));
    expect(packages.map(({ name, version }) => [name, version])).toEqual(
      ['kernel', 'kernel-core', 'kernel-modules', 'kernel-modules-core', 'kernel-modules-extra'].map((name) => [
        name,
        '6.12.1+deb13.cloud.amd64',
      ]),
    );
    const owners = packages.filter(({ files }) => files.some(({ path }) => path.endsWith('/vmlinuz')));
    expect(owners.map(({ name }) => name)).toEqual(['kernel-core']);
  });
});
