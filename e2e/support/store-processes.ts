import { readdir, readFile, readlink } from 'node:fs/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes of a store: those that were started for it, which their environment tells, and those that run in a container of
 * it, where the environment is the container's. Mounts tell nothing: each mount namespace has copies of those of all stores.
 *
 * @param configuration its containers-storage.conf(5).
 */
export async function processesOf(configuration: string, graphRoot: string): Promise<readonly RunningProcess[]> {
  const found: RunningProcess[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const used = await configurationOf(pid);
    const isOfStore = used === undefined ? await isContained(pid, graphRoot) : used === configuration;
    if (!isOfStore) continue;
    found.push({ pid: Number(pid), command: (await readProcess(pid, 'cmdline')).replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** The configuration of the store that a process was started for, if for any; proc_pid_environ(5). */
async function configurationOf(pid: string): Promise<string | undefined> {
  const variable = 'CONTAINERS_STORAGE_CONF=';
  const entries = (await readProcess(pid, 'environ')).split('\0');
  return entries.find((entry) => entry.startsWith(variable))?.slice(variable.length);
}

/** Whether the root folder of a process is that of a container. */
async function isContained(pid: string, graphRoot: string): Promise<boolean> {
  const containers = `${graphRoot}/overlay/`;
  // After chroot(2), which `buildah run` calls here.
  if ((await ofProcess(() => readlink(`/proc/${pid}/root`))).startsWith(containers)) return true;
  // After pivot_root(2), which systemd-nspawn calls: the mount at `/` names the layer that is written to; proc_pid_mountinfo(5).
  const mounts = (await readProcess(pid, 'mountinfo')).split('\n').map((line) => line.split(' '));
  return mounts.some(([, , , , mountPoint, ...rest]) => mountPoint === '/' && rest.join(' ').includes(containers));
}

function readProcess(pid: string, file: string): Promise<string> {
  return ofProcess(() => readFile(`/proc/${pid}/${file}`, 'utf8'));
}

/** What /proc says of a process; empty when the process has ended meanwhile or is none of this user's. */
async function ofProcess(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EINVAL', 'EACCES'].includes(code)) return '';
    throw error;
  }
}
