import { hintForUnknownName, nearestName, type Diagnostic } from '@immutablue/diagnostics';
import { type EffectiveEntry } from '../entry';
import { type RootFilesystem } from '../root/root-filesystem';

/** Numbers of users and groups by name. */
export interface Accounts {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

export interface OwnerNumbers {
  readonly uid: number;
  readonly gid: number;
}

/** The highest number that a user or group can have: the one after it means "leave as it is" to chown(2). */
const HIGHEST_ID = 0xffff_fffe;

/**
 * The users and groups of the image. On ostree systems those that the image brings are in /usr/lib, and /etc holds those
 * of the machine; where both have a name, /etc counts, as nsswitch.conf has it.
 */
export async function readAccounts(root: RootFilesystem): Promise<Accounts> {
  return {
    users: await readNumbers(root, ['/usr/lib/passwd', '/etc/passwd']),
    groups: await readNumbers(root, ['/usr/lib/group', '/etc/group']),
  };
}

/** The numbers of an entry's owner and group, or what is wrong with their names. */
export function ownerNumbersOf(entry: EffectiveEntry, accounts: Accounts): OwnerNumbers | readonly Diagnostic[] {
  const uid = numberOf(entry.owner, accounts.users);
  const gid = numberOf(entry.group, accounts.groups);
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  return [
    ...(uid === undefined ? [unknownAccount(entry, 'user', entry.owner, accounts.users)] : []),
    ...(gid === undefined ? [unknownAccount(entry, 'group', entry.group, accounts.groups)] : []),
  ];
}

function numberOf(name: string, numbers: ReadonlyMap<string, number>): number | undefined {
  // Not looked up: root is 0 to the kernel, whatever the files of the image say.
  if (name === 'root') return 0;
  if (!/^\d+$/.test(name)) return numbers.get(name);
  return Number(name) <= HIGHEST_ID ? Number(name) : undefined;
}

function unknownAccount(
  entry: EffectiveEntry,
  kind: 'user' | 'group',
  name: string,
  known: ReadonlyMap<string, number>,
): Diagnostic {
  const near = nearestName(name, [...known.keys()]);
  return {
    code: 'override/unknown-account',
    message: `\`${name}\`, the ${kind} of \`${entry.path}\`, is not a ${kind} of the image`,
    location: { file: entry.source, line: 1, column: 1 },
    hint:
      near === undefined
        ? `a ${kind} that sysusers.d makes at boot has no number yet: state a number, or set it at boot with a \`z\` line in tmpfiles.d`
        : hintForUnknownName(name, [near]),
  };
}

/** See passwd(5) and group(5): in both, the third field is the number. */
async function readNumbers(root: RootFilesystem, files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const file of files) {
    if (!(await root.exists(file))) continue;
    for (const line of (await root.readFile(file)).toString().split('\n')) {
      const [name, , number] = line.split(':');
      if (name !== undefined && number !== undefined && /^\d+$/.test(number) && Number(number) <= HIGHEST_ID) {
        numbers.set(name, Number(number));
      }
    }
  }
  return numbers;
}
