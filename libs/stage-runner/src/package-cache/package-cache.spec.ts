import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BindMount } from '@immutablue/oci';
import type { Release } from '@immutablue/variant';
import { mountsOf, type PackageManager } from '@immutablue/plan';

import { createPackageCache, type PackageCache } from './package-cache';

const PACKAGE_MOUNTS = mountsOf(['packages'], { repository: undefined, cacheDirectory: '/c' });

/** A build's use of its folders, as the package managers leave them. */
let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'package-cache-'));
});
afterEach(async () => {
  await rm(cache, { recursive: true });
});

const REPOSITORY = 'repo-0123456789abcdef';
const OTHER_ADDRESS = 'repo-fedcba9876543210';
const RPM = join('packages', 'tool-1-1.noarch.rpm');

function open(purpose: string, version: '43' | '44' = '44'): PackageCache {
  const selection = { release: version as Release, architecture: 'x86_64', upstream: 'fedora' } as const;
  return createPackageCache(purpose, selection, () => undefined, cache);
}

/** Runs `work` with the path of the folder of one package manager. */
function use<T>(
  packages: PackageCache,
  work: (folder: string) => Promise<T>,
  manager: PackageManager = 'dnf',
): Promise<T> {
  return packages.use(PACKAGE_MOUNTS, (mounts) => work(folderOf(mounts, manager)));
}

function folderOf(mounts: readonly BindMount[], manager: PackageManager): string {
  return mounts.find(({ target }) => target === `/var/cache/${manager}`)?.source ?? '';
}

async function place(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

const rpm = (content: string) => Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.from(content)]);

async function fetchRpm(folder: string, content = 'tool', directory = REPOSITORY): Promise<void> {
  await mkdir(join(folder, directory, 'packages'), { recursive: true });
  await writeFile(join(folder, directory, RPM), rpm(content));
}

async function fetchMetadata(folder: string, content: string, directory = REPOSITORY): Promise<void> {
  await place(join(folder, directory, 'repodata', `${content}-primary.xml`), content);
  await place(join(folder, directory, 'repodata', 'repomd.xml'), content);
  await place(join(folder, 'repo.solv'), content);
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** Everything in the cache but what builds share. */
async function folders(): Promise<string[]> {
  const found = await readdir(join(cache, 'packages', 'builds'));
  const partial = join(cache, 'rpms', '.partial');
  return [...found, ...(existsSync(partial) ? await readdir(partial) : [])];
}

describe.each<PackageManager>(['dnf', 'libdnf5'])('the package cache of %s', (manager) => {
  it('has for the next build, of another release too, the RPMs that one has fetched', async () => {
    const first = open('base');
    await use(first, (folder) => fetchRpm(folder), manager);
    // Before the first build has ended.
    const second = open('cyan', '43');
    await use(
      second,
      async (folder) => {
        expect(await readFile(join(folder, REPOSITORY, RPM))).toEqual(rpm('tool'));
      },
      manager,
    );
    await first.close();
    await second.close();
    expect((await readdir(join(cache, 'rpms'))).filter((name) => name !== '.partial')).toEqual([
      `${sha256(rpm('tool'))}.rpm`,
    ]);
    expect(await folders()).toEqual([]);
  });

  it('has the metadata of the last build of the release that succeeded, complete', async () => {
    const first = open('base');
    await use(first, (folder) => fetchMetadata(folder, 'one'), manager);
    await first.close();
    const failing = open('cyan');
    const failure = use(
      failing,
      async (folder) => {
        await fetchMetadata(folder, 'two');
        throw new Error('no such package');
      },
      manager,
    );
    await expect(failure).rejects.toThrow('no such package');
    await failing.close();

    const last = open('teal');
    await use(
      last,
      async (folder) => {
        expect(await readdir(join(folder, REPOSITORY, 'repodata'))).toEqual(['one-primary.xml', 'repomd.xml']);
        expect(await readFile(join(folder, 'repo.solv'), 'utf8')).toBe('one');
      },
      manager,
    );
    await last.close();
    const otherRelease = open('teal', '43');
    await use(
      otherRelease,
      async (folder) => {
        expect(await readdir(folder)).toEqual([]);
      },
      manager,
    );
    await otherRelease.close();
  });
});

it('keeps metadata of repositories that only other builds have', async () => {
  const [base, cyan] = [open('base'), open('cyan')];
  await use(base, (folder) => fetchMetadata(folder, 'base', 'a-0123456789abcdef'));
  await use(cyan, (folder) => fetchMetadata(folder, 'cyan', 'b-0123456789abcdef'));
  await base.close();
  await cyan.close();
  const next = open('teal');
  await use(next, async (folder) => {
    expect((await readdir(folder)).filter((name) => name.endsWith('f'))).toEqual([
      'a-0123456789abcdef',
      'b-0123456789abcdef',
    ]);
  });
  await next.close();
  expect(await readdir(join(cache, 'packages', 'metadata', 'fedora-44-x86_64', 'states'))).toHaveLength(1);
});

it('does not let an older state take the place of a newer one', async () => {
  const [slow, quick] = [open('slow'), open('quick')];
  await use(slow, async (folder) => {
    await fetchMetadata(folder, 'old');
    await utimes(join(folder, REPOSITORY, 'repodata', 'repomd.xml'), 1, 1);
  });
  await use(quick, (folder) => fetchMetadata(folder, 'new'));
  await quick.close();
  await slow.close();
  const next = open('next');
  await use(next, async (folder) => {
    expect(await readFile(join(folder, REPOSITORY, 'repodata', 'repomd.xml'), 'utf8')).toBe('new');
  });
  await next.close();
});

it('offers the RPMs of another address of the same repository', async () => {
  const first = open('base');
  await use(first, async (folder) => {
    await fetchRpm(folder);
    await fetchMetadata(folder, 'other', OTHER_ADDRESS);
  });
  await use(first, async (folder) => {
    expect(await readFile(join(folder, OTHER_ADDRESS, RPM))).toEqual(rpm('tool'));
  });
  await first.close();
});

it('takes an RPM out that a package manager has overwritten under its shared name', async () => {
  const first = open('base');
  await use(first, (folder) => fetchRpm(folder, 'before'));
  await first.close();
  const second = open('cyan');
  await use(second, (folder) => fetchRpm(folder, 'rebuilt'));
  await second.close();
  expect((await readdir(join(cache, 'rpms'))).filter((name) => name !== '.partial')).toEqual([
    `${sha256(rpm('rebuilt'))}.rpm`,
  ]);
  const third = open('teal');
  await use(third, async (folder) => {
    expect(await readFile(join(folder, REPOSITORY, RPM))).toEqual(rpm('rebuilt'));
  });
  await third.close();
});

it('keeps nothing of a failed use, nor what is no RPM of a repository', async () => {
  const packages = open('base');
  await expect(
    use(packages, async (folder) => {
      await fetchRpm(folder);
      throw new Error('interrupted');
    }),
  ).rejects.toThrow('interrupted');
  await packages.close();
  const other = open('base');
  await use(other, async (folder) => {
    await fetchRpm(folder, 'x', 'commandline-0123456789abcdef');
    await place(join(folder, REPOSITORY, RPM), 'an error page');
    await symlink('/etc/passwd', join(folder, REPOSITORY, 'packages', 'link.rpm'));
  });
  await other.close();
  expect(existsSync(join(cache, 'rpms')) ? await readdir(join(cache, 'rpms')) : []).toEqual([]);
});

it('removes what builds have left that were killed, and not what those that run have', async () => {
  const running = open('running');
  await use(running, (folder) => fetchRpm(folder));
  const dead = 'immutablue-build-base-44-x86_64-1-1';
  await mkdir(join(cache, 'packages', 'builds', dead));
  await place(join(cache, 'rpms', '.partial', dead, 'x'), 'half');
  const next = open('next');
  await use(next, () => Promise.resolve());
  expect((await folders()).filter((name) => name === dead)).toEqual([]);
  expect((await folders()).some((name) => name.includes('running'))).toBe(true);
  await running.close();
  await next.close();
  expect(await folders()).toEqual([]);
});

it('fetches again what a state names that is not there', async () => {
  const metadata = join(cache, 'packages', 'metadata', 'fedora-44-x86_64');
  await mkdir(metadata, { recursive: true });
  await symlink('states/gone', join(metadata, 'current'));
  const packages = open('base');
  await use(packages, async (folder) => {
    expect(await readdir(folder)).toEqual([]);
    await fetchMetadata(folder, 'one');
  });
  await packages.close();
  expect((await stat(join(metadata, 'current', 'dnf', REPOSITORY, 'repodata', 'repomd.xml'))).isFile()).toBe(true);
});

it('makes no folder for commands that have nothing to do with packages', async () => {
  const packages = open('base');
  const mounts: BindMount[] = [{ source: '/x', target: '/y', access: 'read-only' }];
  expect(await packages.use(mounts, (given) => Promise.resolve(given))).toBe(mounts);
  await packages.close();
  expect(await readdir(cache)).toEqual([]);
});

/** A file system of its own on every Linux. */
const OTHER_FILE_SYSTEM = '/dev/shm';

it('copies RPMs where the shared ones are on another file system', async () => {
  const elsewhere = await mkdtemp(join(OTHER_FILE_SYSTEM, 'package-cache-'));
  try {
    expect((await stat(elsewhere)).dev).not.toBe((await stat(cache)).dev);
    await symlink(elsewhere, join(cache, 'rpms'));
    const first = open('base');
    await use(first, (folder) => fetchRpm(folder));
    await first.close();
    const second = open('cyan');
    await use(second, async (folder) => {
      expect(await readFile(join(folder, REPOSITORY, RPM))).toEqual(rpm('tool'));
      expect(await readdir(join(folder, REPOSITORY, 'packages'))).toEqual(['tool-1-1.noarch.rpm']);
    });
    await second.close();
    expect(await readdir(elsewhere)).toEqual(expect.arrayContaining([`${sha256(rpm('tool'))}.rpm`]));
    expect(await folders()).toEqual([]);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
