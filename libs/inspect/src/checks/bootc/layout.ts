import type { RootFilesystem } from '@immutablue/overrides';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { isDirectory, isFile, listIfThere } from '../../look';

// The rules of `bootc container lint` about what is where, under their names there:
// https://github.com/bootc-dev/bootc/blob/main/crates/lib/src/lints.rs

const API_DIRECTORIES = ['/dev', '/proc', '/sys', '/run', '/tmp', '/var'] as const;

export const apiBaseDirectories: RootCheck = {
  kind: 'root',
  name: 'api-base-directories',
  title: '/dev, /proc, /sys, /run, /tmp and /var are directories',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    for (const path of API_DIRECTORIES) {
      const stat = await root.lstat(path);
      if (stat?.type === 'directory') continue;
      findings.push({ path, message: `\`${path}\` is ${stat === undefined ? 'missing' : `a ${stat.type}`}` });
    }
    return findings;
  },
};

export const baseimageRoot: RootCheck = {
  kind: 'root',
  name: 'baseimage-root',
  title: '/sysroot is a directory, /ostree a link to sysroot/ostree',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    if ((await root.lstat('/sysroot'))?.type !== 'directory') {
      findings.push({ path: '/sysroot', message: '`/sysroot` is not a directory' });
    }
    if ((await root.lstat('/ostree'))?.target !== 'sysroot/ostree') {
      findings.push({ path: '/ostree', message: '`/ostree` is not a link to `sysroot/ostree`' });
    }
    return findings;
  },
};

export const etcUsretc: RootCheck = {
  kind: 'root',
  name: 'etc-usretc',
  title: 'there is no /usr/etc beside /etc',
  run: async ({ root }) => {
    if ((await root.lstat('/etc')) === undefined || (await root.lstat('/usr/etc')) === undefined) return [];
    return [
      {
        path: '/usr/etc',
        message: 'both `/etc` and `/usr/etc` are there',
        hint: 'ostree makes /usr/etc itself, from /etc',
      },
    ];
  },
};

/** bootc accepts an image without a kernel; the images of the family are for machines, so they need one. */
export const kernel: RootCheck = {
  kind: 'root',
  name: 'kernel',
  title: 'there is exactly one kernel, with its initramfs',
  run: async ({ root }) => {
    const kernels = await kernelsIn(root);
    const [first, ...others] = kernels;
    if (first === undefined) {
      return [{ path: '/usr/lib/modules', message: 'no directory of `/usr/lib/modules` holds a `vmlinuz`' }];
    }
    const findings = kernels.flatMap(({ directory, hasInitramfs }): Finding[] =>
      hasInitramfs ? [] : [{ path: directory, message: `the kernel in \`${directory}\` has no \`initramfs.img\`` }],
    );
    if (others.length === 0) return findings;
    const all = kernels.map(({ directory }) => directory);
    // Which of them is one too many cannot be seen here: each is named.
    return [
      ...findings,
      ...all.map((path) => ({ path, message: `there are ${all.length} kernels where there must be one: \`${path}\`` })),
    ];
  },
};

async function kernelsIn(root: RootFilesystem) {
  const kernels: { readonly directory: string; readonly hasInitramfs: boolean }[] = [];
  for (const { path } of await listIfThere(root, '/usr/lib/modules')) {
    if (!(await isFile(root, `${path}/vmlinuz`))) continue;
    kernels.push({ directory: path, hasInitramfs: await isFile(root, `${path}/initramfs.img`) });
  }
  return kernels;
}

export const varRun: RootCheck = {
  kind: 'root',
  name: 'var-run',
  title: '/var/run is a link, if it is there',
  run: async ({ root }) => {
    const stat = await root.lstat('/var/run');
    if (stat === undefined || stat.type === 'symlink') return [];
    return [{ path: '/var/run', message: `\`/var/run\` is a ${stat.type}, not a link to \`/run\`` }];
  },
};

const INJECTED = ['/etc/hostname', '/etc/resolv.conf'] as const;

export const buildahInjected: RootCheck = {
  kind: 'root',
  name: 'buildah-injected',
  title: '/etc/hostname and /etc/resolv.conf are not left over from the build',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    for (const path of INJECTED) {
      const stat = await root.lstat(path);
      if (stat?.type !== 'file' || stat.size > 0) continue;
      findings.push({ path, message: `\`${path}\` is an empty file, as builds of containers leave it` });
    }
    return findings;
  },
};

export const nonemptyBoot: RootCheck = {
  kind: 'root',
  name: 'nonempty-boot',
  title: '/boot holds nothing but EFI',
  run: async ({ root }) =>
    (await listIfThere(root, '/boot'))
      .filter(({ path }) => path.toLowerCase() !== '/boot/efi')
      .map(({ path }) => ({
        path,
        message: `\`${path}\` is in /boot`,
        hint: 'a kernel belongs into /usr/lib/modules/<version>/; bootc writes /boot when it installs',
      })),
};

export const nonemptyRunTmp: RootCheck = {
  kind: 'root',
  name: 'nonempty-run-tmp',
  title: '/run and /tmp are empty',
  run: async ({ root }) => {
    const findings: Finding[] = [];
    for (const directory of ['/run', '/tmp']) {
      if (!(await isDirectory(root, directory))) continue;
      for (const { path } of await root.list(directory)) {
        findings.push({ path, message: `\`${path}\` is never seen on a machine: ${directory} is mounted over` });
      }
    }
    return findings;
  },
};
