import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand, tryCommand, type Argv } from '@immutablue/oci';
import { type RootFilesystem } from '@immutablue/overrides';
import { createControlGroup, hasController, type ControlGroup } from './cgroup';
import { type Machine } from './machine';

/** Where the host's channel file is in the machine. */
export const NSPAWN_CHANNEL = '/run/immutablue-boot-channel';

/** Where systemd-nspawn keeps, for each machine, a directory through which mounts could be passed in. */
export const PROPAGATE_DIRECTORY = '/run/systemd/nspawn/propagate';

export interface NspawnOptions {
  /** The machine's name, which no other machine on this host has. */
  readonly name: string;
  /** The root filesystem, mounted on this machine. */
  readonly root: string;
  /** A directory for files of this machine alone. */
  readonly directory: string;
}

/** A container that systemd-nspawn boots: in seconds, on this machine's kernel, as root only. */
export async function createNspawnMachine({ name, root, directory }: NspawnOptions): Promise<Machine> {
  const channelFile = join(directory, 'channel');
  await writeFile(channelFile, '');
  await runCommand(['cp', '--archive', join(root, 'var'), variableFiles(directory)]);
  const group = await createControlGroup(name);
  return {
    title: 'systemd-nspawn',
    channelFile,
    boot: async ({ signal, onConsole }) => {
      const argv = contained(group, nspawnArgv({ name, root, directory }, channelFile));
      const result = await tryCommand(argv, {
        signal,
        parentDeathSignal: 'KILL',
        onLine: onConsole,
        // Version 2 of control groups alone, also where this machine has version 1 besides: containers are started in no other.
        environment: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
      });
      if (result.exitCode !== 0) throw new CommandError({ ...result, argv });
    },
    dispose: async () => {
      await group.remove();
      await removePropagateDirectory(name);
    },
  };
}

/**
 * Where a machine's /var is: a folder of a filesystem of this machine, as on a host. On that of the root filesystem, an overlay,
 * podman could not start a container: overlays are not stacked.
 */
function variableFiles(directory: string): string {
  return join(directory, 'var');
}

/**
 * Has podman ask for no limit of processes where the kernel offers none: where the controller for them is one of version 1.
 * containers.conf(5)
 */
export async function allowContainers(root: RootFilesystem): Promise<void> {
  if (await hasController('pids')) return;
  await root.writeFile('/etc/containers/containers.conf.d/90-immutablue-boot.conf', '[containers]\npids_limit = 0\n', {
    mode: 0o644,
  });
}

/** Removes the directory of a machine in {@link PROPAGATE_DIRECTORY}, which a killed systemd-nspawn leaves. */
export async function removePropagateDirectory(name: string): Promise<void> {
  await rm(join(PROPAGATE_DIRECTORY, name), { recursive: true, force: true });
}

function nspawnArgv({ name, root, directory }: NspawnOptions, channelFile: string): Argv {
  return [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    `--directory=${root}`,
    `--machine=${name}`,
    // Neither systemd-machined nor systemd need run on this machine.
    '--register=no',
    '--keep-unit',
    // Services of the machine must not take ports of this one.
    '--private-network',
    '--console=read-only',
    // What crun calls for each container.
    '--system-call-filter=@keyring bpf',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    // As on a real host; /etc and /var can be written.
    `--bind-ro=${join(root, 'usr')}:/usr`,
    `--bind=${variableFiles(directory)}:/var`,
    `--bind=${channelFile}:${NSPAWN_CHANNEL}`,
    'systemd.log_color=no',
  ];
}

/**
 * The same command in a control group, where it goes itself before it begins, so that all that it starts is there; and as the
 * first process of a PID namespace: the machine would outlive a systemd-nspawn that is killed, but not the end of its
 * namespace, pid_namespaces(7).
 */
function contained(group: ControlGroup, argv: Argv): Argv {
  const script = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit; shift; done; shift; exec "$@"';
  const namespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=KILL', '--'];
  return ['sh', '-c', script, 'sh', ...group.directories, '--', ...namespace, ...argv];
}
