import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BindMount } from '@immutablue/oci';
import type { Checksum, LockedPackage } from '@immutablue/variant';
import { lockedRpmName } from '@immutablue/plan';
import { sha256Of } from '../pinned-file';

/** The checksum of a file on this machine. @throws when there is none. */
export async function checksumOf(file: string): Promise<Checksum> {
  const sha256 = await sha256Of(file);
  if (sha256 === undefined) throw new Error(`no file ${file}`);
  return `sha256:${sha256}` as Checksum;
}

/** Whether the store has the RPM, whole: it is read, because a name alone proves nothing. */
export async function isStored(store: BindMount, rpm: Pick<LockedPackage, 'checksum'>): Promise<boolean> {
  return `sha256:${(await sha256Of(join(store.source, lockedRpmName(rpm)))) ?? ''}` === rpm.checksum;
}

/** Moves an RPM into the store; builds that do so at the same time put the same content there. */
export async function putIntoStore(store: BindMount, file: string, checksum: Checksum): Promise<void> {
  await rename(file, join(store.source, lockedRpmName({ checksum })));
}

/** A directory beside the store's files, for `use`; it is removed whatever happens. */
export async function withScratch<T>(store: BindMount, use: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(store.source, { recursive: true });
  const directory = await mkdtemp(join(store.source, '.fetch-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
