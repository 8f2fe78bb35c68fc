import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere, unlessMissing } from '@immutablue/oci';

/** A control group in each of the hierarchies that a systemd in a container uses. */
export interface ControlGroup {
  /** The directories, one for each hierarchy. */
  readonly directories: readonly string[];
  /** Ends what still runs in it and removes it. */
  readonly remove: () => Promise<void>;
}

/**
 * Makes a control group below that of this process. Two machines in one group would take each other's processes for their own,
 * and end them.
 *
 * @throws {DiagnosticError} `host/not-supported` when this process must not make any.
 */
export async function createControlGroup(name: string): Promise<ControlGroup> {
  const directories = (await ownDirectories()).map((directory) => join(directory, name));
  try {
    for (const directory of directories) await mkdir(directory, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new DiagnosticError(
      {
        code: 'host/not-supported',
        message: `no control group can be made for a machine (${code})`,
        hint: 'boot in a virtual machine with `--vm`, or run on a machine that systemd manages',
      },
      { cause: error },
    );
  }
  return { directories, remove: () => removeControlGroup(directories) };
}

/** Whether the unified hierarchy has a controller, and version 1 therefore has not; cgroups(7). */
export async function hasController(name: string): Promise<boolean> {
  for (const directory of await ownDirectories()) {
    const controllers = await readIfThere(join(directory, 'cgroup.controllers'));
    if (controllers?.trim().split(' ').includes(name) === true) return true;
  }
  return false;
}

/** Removes the control groups below that of this process whose names `isOrphan` takes. @returns their names. */
export async function removeControlGroups(isOrphan: (name: string) => Promise<boolean>): Promise<string[]> {
  const removed = new Set<string>();
  for (const directory of await ownDirectories()) {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isDirectory() || !(await isOrphan(entry.name))) continue;
      await removeControlGroup([join(directory, entry.name)]);
      removed.add(entry.name);
    }
  }
  return [...removed];
}

/** How long the kernel may take to end what was killed, in steps of 50 ms. */
const ATTEMPTS = 100;

async function removeControlGroup(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    for (let attempt = 1; ; attempt += 1) {
      await killAll(directory);
      try {
        await removeTree(directory);
        break;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') break;
        if (code !== 'EBUSY' || attempt === ATTEMPTS) throw error;
        await delay(50);
      }
    }
  }
}

/** Ends every process in a group and below it. */
async function killAll(directory: string): Promise<void> {
  for (const group of await groupsBelow(directory)) {
    const processes = (await readIfThere(join(group, 'cgroup.procs'))) ?? '';
    for (const pid of processes.split('\n').filter((line) => line !== '' && line !== '0')) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

/** A group goes once those below it are gone; its files go with it. */
async function removeTree(directory: string): Promise<void> {
  for (const group of (await groupsBelow(directory)).reverse()) await rmdir(group);
}

async function groupsBelow(directory: string): Promise<string[]> {
  const groups = await unlessMissing(async () => {
    const entries = await readdir(directory, { withFileTypes: true });
    const below = await Promise.all(
      entries.filter((entry) => entry.isDirectory()).map((entry) => groupsBelow(join(directory, entry.name))),
    );
    return [directory, ...below.flat()];
  });
  return groups ?? [];
}

/** Where the groups of this process are that systemd cares about. */
async function ownDirectories(): Promise<string[]> {
  return findGroups(await readFile('/proc/self/cgroup', 'utf8'), await readFile('/proc/self/mountinfo', 'utf8'));
}

/**
 * The directories of a process's groups in the unified hierarchy and in systemd's own of version 1; cgroups(7),
 * proc_pid_mountinfo(5).
 */
export function findGroups(groups: string, mounts: string): string[] {
  return mounts.split('\n').flatMap((line) => {
    const [fields = '', filesystem = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = fields.split(' ');
    const [type, , options = ''] = filesystem.split(' ');
    const isUnified = type === 'cgroup2';
    if (!isUnified && !(type === 'cgroup' && options.split(',').includes('name=systemd'))) return [];
    const own = groups
      .split('\n')
      .map((group) => /^\d+:([^:]*):(.*)$/.exec(group))
      .find((match) => match?.[1] === (isUnified ? '' : 'name=systemd'))?.[2];
    if (own === undefined) return [];
    // A bind mount shows a part of the hierarchy; the group of this process is below it, or there is no way to it.
    return own === root || root === '/' || own.startsWith(`${root}/`)
      ? [resolve(mountPoint, `.${root === '/' ? own : own.slice(root.length)}`)]
      : [];
  });
}
