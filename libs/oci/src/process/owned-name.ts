import { readFile } from 'node:fs/promises';

/** A name tells which process what it names belongs to: `immutablue-build-<purpose>-<process>-<its start>`. */
const NAME = /^immutablue-build-(?<purpose>.+)-(?<pid>\d+)-(?<start>\d+)$/;

/**
 * A name for something of this process, a working container or a folder, by which others can tell when it is an orphan.
 *
 * @param purpose what it is for: the variant that is built in it, for example.
 */
export async function ownedName(purpose: string): Promise<string> {
  return `immutablue-build-${purpose}-${process.pid}-${(await processStart(process.pid)) ?? 0}`;
}

/** Whether a name is one of {@link ownedName} and the process that made it is gone. */
export async function isOrphan(name: string): Promise<boolean> {
  const groups = NAME.exec(name)?.groups;
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
