import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createContainer, runCommand, runInContainer, type CommandOptions } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { parseBootEntry } from './boot-entry';
import { hasComposefs, withoutComposefs } from './composefs';

export interface DiskOptions {
  /** The image whose ostree makes the deployment: the one that is booted. */
  readonly image: string;
  /** The root filesystem that is deployed, mounted on this machine. It is changed. */
  readonly root: string;
  /** A working container to run ostree in; it is made here, and removed by the caller. */
  readonly toolsContainer: string;
  /** Where the disk is made. */
  readonly directory: string;
  /** The kernel's name of the console. */
  readonly console: string;
  readonly signal: AbortSignal;
  /** Called with what is done next. */
  readonly onStep: (what: string) => void;
}

/** A disk with one deployment, and what a boot loader would load from it. */
export interface Disk {
  readonly file: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly kernelArguments: string;
}

const LABEL = 'immutablue';
const MEBIBYTE = 1024 * 1024;

/** Room for what the machine writes, in MiB; the file is sparse. */
const ROOM = 4096;

/** Where the parts of the deployment are in the tools container. */
const IMAGE_MOUNT = '/run/immutablue-image';
const SYSROOT_MOUNT = '/run/immutablue-sysroot';

/**
 * Installs a root filesystem on a disk as a host has it: as a commit in an ostree repository and a deployment of it, made
 * by the image's own ostree. The disk is a file with one ext4 filesystem, which needs neither root nor a loop device.
 */
export async function makeDisk(options: DiskOptions): Promise<Disk> {
  const { directory, signal, onStep } = options;
  const sysroot = join(directory, 'sysroot');
  await mkdir(sysroot);
  onStep('deploying the image with its ostree');
  await deploy(options, sysroot);
  const disk = await takeBootFiles(sysroot, directory);
  onStep('making a disk of it');
  await makeFilesystem(sysroot, disk.file, { signal, parentDeathSignal: 'TERM' });
  await rm(sysroot, { recursive: true });
  return disk;
}

async function deploy({ image, root, toolsContainer, signal, console, onStep }: DiskOptions, sysroot: string) {
  await createContainer(image, toolsContainer, { signal });
  const run = (...command: string[]) =>
    runInContainer(
      {
        container: toolsContainer,
        command,
        mounts: [
          { source: root, target: IMAGE_MOUNT, access: 'read-write' },
          { source: sysroot, target: SYSROOT_MOUNT, access: 'read-write' },
        ],
      },
      { signal },
    );
  const composefs = hasComposefs((await run('ostree', '--version')).stdout) ? 'as the image says' : 'off';
  if (composefs === 'off') {
    onStep("the image's ostree is built without composefs: its root filesystem is mounted without it");
    await turnOffComposefs(root);
  }
  // A commit has the image's defaults there; ostree makes the /etc of the deployment from them.
  await run('mv', `${IMAGE_MOUNT}/etc`, `${IMAGE_MOUNT}/usr/etc`);
  await run('ostree', 'admin', 'init-fs', '--modern', SYSROOT_MOUNT);
  await run('ostree', 'admin', 'os-init', `--sysroot=${SYSROOT_MOUNT}`, LABEL);
  const repository = `--repo=${SYSROOT_MOUNT}/ostree/repo`;
  await run('ostree', 'commit', repository, `--branch=${LABEL}`, `--tree=dir=${IMAGE_MOUNT}`);
  const kernelArguments = [
    `root=LABEL=${LABEL}`,
    'rw',
    `console=${console}`,
    // Only an installer labels files.
    'enforcing=0',
    'systemd.log_color=no',
    ...(composefs === 'off' ? ['ostree.prepare-root.composefs=0'] : []),
  ];
  await run(
    ...['ostree', 'admin', 'deploy', `--sysroot=${SYSROOT_MOUNT}`, `--os=${LABEL}`],
    ...kernelArguments.map((argument) => `--karg=${argument}`),
    LABEL,
  );
}

async function turnOffComposefs(mountPoint: string): Promise<void> {
  const path = '/usr/lib/ostree/prepare-root.conf';
  const root = await openRoot(mountPoint, { epochSeconds: 0 });
  if (!(await root.exists(path))) return;
  const text = withoutComposefs((await root.readFile(path)).toString('utf8'));
  await root.writeFile(path, text, { mode: 0o644 });
}

/** What a boot loader reads from the disk is kept beside it: the machine has none. */
async function takeBootFiles(sysroot: string, directory: string): Promise<Disk> {
  const boot = join(sysroot, 'boot');
  const entries = join(boot, 'loader', 'entries');
  const [name = ''] = await readdir(entries);
  const entry = parseBootEntry(await readFile(join(entries, name), 'utf8'));
  const [kernel, initramfs] = [join(directory, 'vmlinuz'), join(directory, 'initramfs.img')];
  await rename(join(boot, entry.kernel), kernel);
  await rename(join(boot, entry.initramfs), initramfs);
  return { file: join(directory, 'disk.img'), kernel, initramfs, kernelArguments: entry.options };
}

async function makeFilesystem(tree: string, file: string, options: CommandOptions): Promise<void> {
  const { stdout } = await runCommand(['du', '--summarize', `--block-size=${MEBIBYTE}`, tree], options);
  const used = Number.parseInt(stdout, 10);
  await runCommand(
    ['mke2fs', '-q', '-t', 'ext4', '-L', LABEL, '-d', tree, file, `${Math.ceil(used * 1.2) + ROOM}M`],
    options,
  );
}
