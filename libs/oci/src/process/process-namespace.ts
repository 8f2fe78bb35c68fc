import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkingFolder } from '../files/working-folder';
import { tryCommand, type Argv, type CommandOptions, type CommandResult } from './process';

/** How a command in a process namespace has ended. */
export interface NamespaceResult extends CommandResult {
  /** The names of the processes that it has left, which were killed; proc_pid_comm(5). */
  readonly left: readonly string[];
}

/** Such a command ends with this process, whatever ends it. */
export type NamespaceOptions = Omit<CommandOptions, 'parentDeathSignal'>;

/**
 * Runs a command in a process namespace of its own: when its first process has ended, nothing that it has started goes on. A
 * non-zero exit code is an ordinary result.
 */
export async function tryInProcessNamespace(argv: Argv, options: NamespaceOptions = {}): Promise<NamespaceResult> {
  return withWorkingFolder('process', async (directory) => {
    const leftFile = join(directory, 'left');
    await writeFile(leftFile, '');
    const supervised = ['unshare', ...(await namespaceFlags()), '--', 'sh', '-c', SUPERVISOR, 'sh', leftFile, ...argv];
    // unshare(1) keeps other signals from itself, and its child is killed with it.
    const result = await tryCommand(supervised as [string, ...string[]], { ...options, parentDeathSignal: 'KILL' });
    const left = (await readFile(leftFile, 'utf8')).split('\n').filter((name) => name !== '');
    return { ...result, argv, left };
  });
}

/**
 * Runs a command; then writes the names of processes that it has left in its process namespace, a line each. What ends within a
 * moment, as the last program of a pipe does, is not left. With the supervisor, which is the first process of the namespace, all of
 * them end: pid_namespaces(7).
 */
const SUPERVISOR = `left=$1
shift
read -r supervisor _ </proc/self/stat
"$@"
status=$?
names() {
  read -r self _ </proc/self/stat
  for process in /proc/[0-9]*; do
    [ "$process/ns/pid" -ef /proc/self/ns/pid ] || continue
    case \${process#/proc/} in "$supervisor" | "$self") continue ;; esac
    read -r stat 2>/dev/null <"$process/stat" || continue
    case \${stat##*) } in [ZX]*) continue ;; esac
    read -r name 2>/dev/null <"$process/comm" && printf '%s\\n' "$name"
  done
}
for _ in 1 2 3; do
  [ -z "$(names)" ] && exit "$status"
  sleep 0.1
done
names >"$left"
exit "$status"`;

const NAMESPACE = ['--pid', '--fork', '--kill-child=KILL'] as const;

/**
 * A /proc of its own shows programs their own process IDs. The kernel refuses to mount one where parts of /proc are hidden, as
 * they are in most containers: there programs see the IDs that the machine has for them.
 */
function namespaceFlags(): Promise<readonly string[]> {
  flags ??= tryCommand(['unshare', ...NAMESPACE, '--mount-proc', '--', 'true']).then(({ exitCode }) =>
    exitCode === 0 ? [...NAMESPACE, '--mount-proc'] : NAMESPACE,
  );
  return flags;
}

/** What the kernel allows a process stays as it is while it runs. */
let flags: Promise<readonly string[]> | undefined;
