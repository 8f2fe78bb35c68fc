import type { RootFilesystem } from '@immutablue/overrides';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { listIfThere } from '../../look';

type Scope = 'system' | 'user';

/** Where units of packages and of administrators are: systemd.unit(5). */
function directoriesOf(scope: Scope): readonly string[] {
  return [`/etc/systemd/${scope}`, `/usr/lib/systemd/${scope}`];
}

/** Directories whose links say that units belong to the one that the directory is named after. */
const LINKS = /\.(?:wants|requires|upholds)$/;

export const unitLinks: RootCheck = {
  kind: 'root',
  name: 'unit-links',
  title: 'every enabled unit exists',
  run: async ({ root }) => [...(await danglingIn(root, 'system')), ...(await danglingIn(root, 'user'))],
};

async function danglingIn(root: RootFilesystem, scope: Scope): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const directory of directoriesOf(scope)) {
    for (const { path, type } of await listIfThere(root, directory)) {
      // An alias.
      if (type === 'symlink' && !(await isThere(root, path))) findings.push(await dangling(root, path, scope));
      if (type !== 'directory' || !LINKS.test(path)) continue;
      for (const link of await root.list(path)) {
        if (link.type !== 'symlink' || (await isThere(root, link.path)) || (await isUnit(root, link.path, scope)))
          continue;
        findings.push(await dangling(root, link.path, scope));
      }
    }
  }
  return findings;
}

/** systemd goes by the name of a link: what it points to does not matter to it. */
async function isUnit(root: RootFilesystem, link: string, scope: Scope): Promise<boolean> {
  const name = link.slice(link.lastIndexOf('/') + 1);
  for (const directory of directoriesOf(scope)) {
    for (const candidate of new Set([name, templateOf(name)])) {
      if (await isThere(root, `${directory}/${candidate}`)) return true;
    }
  }
  return false;
}

/** Whether there is such a unit. A masked one is a link to /dev/null, which is there on a machine and not in an image. */
async function isThere(root: RootFilesystem, path: string): Promise<boolean> {
  return (await root.exists(path)) || (await root.lstat(path))?.target === '/dev/null';
}

/** `getty@tty1.service` is an instance of `getty@.service`. */
export function templateOf(name: string): string {
  return name.replace(/@.*(?=\.\w+$)/, '@');
}

async function dangling(root: RootFilesystem, path: string, scope: Scope): Promise<Finding> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const target = (await root.lstat(path))?.target ?? '';
  return {
    path,
    message: `there is no ${scope} unit \`${name}\`: the link \`${path}\` leads to \`${target}\`, which is missing`,
  };
}
