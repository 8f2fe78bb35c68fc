import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';

/**
 * Attributes that say where a tree lies, not what it is: the overlay's own notes, and the label that the host's policy
 * gives a file. Images carry neither.
 */
const OF_THE_HOST = /^(trusted\.overlay\.|user\.overlay\.|security\.selinux$)/;

/** The extended attributes in a directory by path, `/` for itself; paths without any are absent. */
export async function readXattrs(directory: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const { stdout } = await runCommand(['python3', join(__dirname, 'xattrs.py'), directory]);
  const found = JSON.parse(stdout) as Record<string, Record<string, string>>;
  return new Map(Object.entries(found).map(([path, values]) => [path, withoutHost(values)]));
}

function withoutHost(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !OF_THE_HOST.test(name)));
}
