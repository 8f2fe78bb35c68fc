import type { RootFilesystem } from '@immutablue/overrides';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { isFile, readDropIns } from '../../look';

export const sysusers: RootCheck = {
  kind: 'root',
  name: 'sysusers',
  title: 'users and groups have an entry in sysusers.d',
  run: async ({ root }) => {
    const declared = declaredAccounts(await readDropIns(root, ['/usr/lib/sysusers.d'], '.conf'));
    const undeclared = async (path: string, kind: 'user' | 'group'): Promise<Finding[]> =>
      (await namesIn(root, path))
        .filter((name) => !declared[kind].has(name))
        .map((name) => ({
          path,
          // Not the whole file: one more user makes none of the others another one.
          state: name,
          message: `the ${kind} \`${name}\` of \`${path}\` has no entry in /usr/lib/sysusers.d`,
          hint: `without one, a machine that has an older ${path} does not get it`,
        }));
    return [...(await undeclared('/etc/passwd', 'user')), ...(await undeclared('/etc/group', 'group'))];
  },
};

/** The users and groups that lines of sysusers.d(5) make. */
export function declaredAccounts(texts: readonly string[]): Readonly<Record<'user' | 'group', ReadonlySet<string>>> {
  const user = new Set<string>();
  const group = new Set<string>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [type = '', name = '', id = ''] = line.trim().split(/\s+/);
    switch (type) {
      case 'u':
      case 'u!':
        user.add(name);
        // The group of the same name is made too, unless the line names another as `uid:group`.
        if (!id.includes(':')) group.add(name);
        break;
      case 'g':
        group.add(name);
        break;
      case 'm':
        user.add(name);
        group.add(id);
        break;
    }
  }
  return { user, group };
}

/** The first field of each line: passwd(5), group(5). */
async function namesIn(root: RootFilesystem, path: string): Promise<readonly string[]> {
  if (!(await isFile(root, path))) return [];
  const lines = (await root.readFile(path)).toString().split('\n');
  return lines.map((line) => line.split(':')[0] ?? '').filter((name) => name !== '' && !/^[#+-]/.test(name));
}
