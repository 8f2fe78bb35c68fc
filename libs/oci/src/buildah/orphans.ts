import { readFile } from 'node:fs/promises';
import { listContainers } from '../store/list-containers';
import { removeContainer } from './remove-container';

/**
 * Working containers are named `immutablue-build-<purpose>-<process>-<its start>`, or marked so where buildah names them: the
 * name tells which process they belong to.
 */
const NAME = /^immutablue-build-(?<purpose>.+)-(?<pid>\d+)-(?<start>\d+)$/;

/**
 * The name of a working container of this process, or the mark of those of a `buildah build`.
 *
 * @param purpose what it is for: the variant that is built in it, for example.
 */
export async function containerName(purpose: string): Promise<string> {
  return `immutablue-build-${purpose}-${process.pid}-${(await processStart(process.pid)) ?? 0}`;
}

/** The names of working containers whose build ended without removing them: killed, or by a loss of power. */
export async function findOrphans(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, mark } of await listContainers()) {
    if (await isOrphan(mark ?? name)) found.push(name);
  }
  return found;
}

/** Removes the containers that {@link findOrphans} finds. @returns their names. */
export async function removeOrphans(): Promise<readonly string[]> {
  const orphans = await findOrphans();
  for (const name of orphans) await removeContainer(name);
  return orphans;
}

/** Removes the working containers that a `buildah build` of this process has left behind. */
export async function removeMarkedContainers(wanted: string): Promise<void> {
  for (const { name, mark } of await listContainers()) {
    if (mark === wanted) await removeContainer(name);
  }
}

/** Whether a name or mark is one of {@link containerName} and the process that made it is gone. */
export async function isOrphan(nameOrMark: string): Promise<boolean> {
  const groups = NAME.exec(nameOrMark)?.groups;
  if (groups === undefined) return false;
  // A process ID alone is used again; with the time of its start it is unique until the next boot.
  return (await processStart(Number(groups['pid']))) !== groups['start'];
}

/** When a process started, in clock ticks since boot, or undefined when there is none that runs; proc_pid_stat(5), field 22. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: it only waits for its parent to ask.
    return state === 'Z' ? undefined : fields[18];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
