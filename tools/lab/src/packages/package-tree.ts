import { lstat, mkdir, readdir, readlink, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatMode } from '@immutablue/diagnostics';
import { type RpmFile } from './rpm-spec';

/** What of a Debian package has no place in an image: documentation, translations, Debian's own bookkeeping, SysV scripts. */
const LEFT_OUT = [
  '/etc/apparmor.d',
  '/etc/init.d',
  '/usr/share/bug',
  '/usr/share/doc-base',
  '/usr/share/info',
  '/usr/share/lintian',
  '/usr/share/locale',
  '/usr/share/man',
];

/** Where the root filesystem has links since the merge of /usr. */
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

/** Places that are made at run time: a directory there is declared in tmpfiles.d instead. */
const RUNTIME = ['var', 'run', 'tmp'];

/** What the adaption of a package depends on besides its files. */
export interface Adaption {
  /** Name of the RPM, used in the names of the files that are added. */
  readonly identity: string;
  /** Lines for sysusers.d(5). */
  readonly users: readonly string[];
  /** Absolute paths of the directories that the root filesystem has already. */
  readonly known: ReadonlySet<string>;
}

/**
 * Turns an unpacked Debian package into the files of an RPM for a bootable image: nothing below /var, /run, /tmp,
 * /usr/local and /opt; directories of /var and /run come from tmpfiles.d, users from sysusers.d.
 *
 * @param tree the unpacked package; changed in place.
 */
export async function adaptTree(tree: string, { identity, users, known }: Adaption): Promise<void> {
  for (const name of MERGED) await mergeInto(join(tree, name), join(tree, 'usr', name));
  for (const path of LEFT_OUT) await rm(join(tree, path), { recursive: true, force: true });
  await keepOnlyLicence(join(tree, 'usr/share/doc'));
  const declared = await Promise.all(RUNTIME.map((name) => declareDirectories(tree, `/${name}`, known)));
  for (const path of [...RUNTIME, 'opt', 'usr/local']) await rm(join(tree, path), { recursive: true, force: true });
  await writeLines(join(tree, `usr/lib/tmpfiles.d/immutablue-lab-${identity}.conf`), declared.flat());
  await writeLines(join(tree, `usr/lib/sysusers.d/immutablue-lab-${identity}.conf`), users);
}

/** Moves what is in `from` to the same place in `to`; directories are joined. */
async function mergeInto(from: string, to: string): Promise<void> {
  const entries = await entriesOf(from);
  if (entries === undefined) return;
  await mkdir(to, { recursive: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && (await entriesOf(target)) !== undefined) await mergeInto(source, target);
    else await rename(source, target);
  }
  await rm(from, { recursive: true, force: true });
}

/** Of a package's documentation, the licence must stay with the program. */
async function keepOnlyLicence(directory: string): Promise<void> {
  for (const entry of (await entriesOf(directory)) ?? []) {
    const folder = join(directory, entry.name);
    if (!entry.isDirectory()) continue;
    for (const file of (await entriesOf(folder)) ?? []) {
      if (file.name !== 'copyright') await rm(join(folder, file.name), { recursive: true });
    }
    if ((await readdir(folder)).length === 0) await rmdir(folder);
  }
}

/** tmpfiles.d(5) lines for the directories and links below `path` that the root filesystem does not have. */
async function declareDirectories(tree: string, path: string, known: ReadonlySet<string>): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of (await entriesOf(join(tree, path))) ?? []) {
    const inRoot = `${path}/${entry.name}`;
    if (entry.isSymbolicLink()) lines.push(`L ${inRoot} - - - - ${await readlink(join(tree, inRoot))}`);
    if (!entry.isDirectory()) continue;
    const mode = formatMode((await lstat(join(tree, inRoot))).mode);
    if (!known.has(inRoot)) lines.push(`d ${inRoot} ${mode} root root - -`);
    lines.push(...(await declareDirectories(tree, inRoot, known)));
  }
  return lines;
}

/**
 * What an RPM made of this tree holds: every file and link, and those directories that the root filesystem does not have
 * already. Sorted.
 */
export async function listTree(tree: string, known: ReadonlySet<string>): Promise<RpmFile[]> {
  const found: RpmFile[] = [];
  const visit = async (path: string): Promise<void> => {
    for (const entry of (await entriesOf(join(tree, path))) ?? []) {
      const inRoot = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!known.has(inRoot) && inRoot.split('/').length > 2) found.push({ path: inRoot, kind: 'directory' });
        await visit(inRoot);
      } else {
        found.push({ path: inRoot, kind: entry.isFile() && inRoot.startsWith('/etc/') ? 'configuration' : 'file' });
      }
    }
  };
  await visit('');
  return found;
}

async function writeLines(file: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${lines.join('\n')}\n`);
}

async function entriesOf(directory: string) {
  try {
    return (await readdir(directory, { withFileTypes: true })).sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
