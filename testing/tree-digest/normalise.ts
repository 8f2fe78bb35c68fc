import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import type { FileNode, Tree, TreeNode } from './tree';

/** A place whose content no two runs of the same programs make alike, and what of it is compared instead. */
export interface Normalisation {
  readonly paths: readonly string[];
  /** Why the bytes differ although the build is the same. */
  readonly reason: string;
  /** What is compared in place of the bytes; undefined leaves the path out. */
  readonly content: (directory: string, path: string) => Promise<string | undefined>;
}

/** Where the database of rpm is: on Fedora, and where Debian's rpm has it. */
const RPM_DATABASES = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];

/** All that is not compared byte by byte. Whatever is not in this list has to be the same. */
export const NORMALISATIONS: readonly Normalisation[] = [
  {
    paths: RPM_DATABASES.map((directory) => `${directory}/rpmdb.sqlite`),
    reason:
      'each package is noted with the second of its installation; compared are the packages, by the checksum of their ' +
      'headers, and the state of each of their files',
    content: packagesOf,
  },
  {
    paths: RPM_DATABASES.flatMap((directory) => [`${directory}/rpmdb.sqlite-shm`, `${directory}/rpmdb.sqlite-wal`]),
    reason: 'the journal of the database above: what it holds is read with it, and whether it is there is chance',
    content: () => Promise.resolve(undefined),
  },
  {
    paths: ['/etc/shadow', '/etc/shadow-'],
    reason: 'an account that a package makes is noted with the day',
    content: withoutDays,
  },
];

/** The tree that was read from `directory`, with what is compared in place of what differs in every build. */
export async function normaliseTree(
  tree: Tree,
  directory: string,
  normalisations: readonly Normalisation[] = NORMALISATIONS,
): Promise<Tree> {
  const normalised = new Map<string, TreeNode>(tree);
  for (const { paths, content } of normalisations) {
    for (const path of paths) {
      const node = tree.get(path);
      if (node?.type !== 'file') continue;
      const compared = await content(directory, path);
      if (compared === undefined) normalised.delete(path);
      else normalised.set(path, withContent(node, compared));
    }
  }
  return normalised;
}

function withContent(node: FileNode, content: string): FileNode {
  return { ...node, sha256: createHash('sha256').update(content).digest('hex') };
}

async function packagesOf(directory: string, path: string): Promise<string> {
  // A copy: even a query writes to the database's journal.
  const copy = mkdtempSync(join(tmpdir(), 'immutablue-rpmdb-'));
  try {
    for (const suffix of ['', '-shm', '-wal']) {
      const file = join(directory, `${path}${suffix}`);
      if (existsSync(file)) copyFileSync(file, join(copy, `rpmdb.sqlite${suffix}`));
    }
    const format = '%{NEVRA} %{SHA256HEADER} %{SHA1HEADER} [%{FILESTATES} ]\\n';
    const { stdout } = await runCommand(['rpm', '--dbpath', copy, '--query', '--all', '--queryformat', format]);
    return stdout.split('\n').sort().join('\n');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** shadow(5): the third field is the day of the last change of the password. */
function withoutDays(directory: string, path: string): Promise<string> {
  const lines = readFileSync(join(directory, path), 'utf8').split('\n');
  return Promise.resolve(lines.map((line) => line.replace(/^([^:]*:[^:]*:)[^:]*/, '$1')).join('\n'));
}
