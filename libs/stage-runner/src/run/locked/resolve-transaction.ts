import { basename } from 'node:path';
import { DiagnosticError, quoteNames } from '@immutablue/diagnostics';
import { runInContainer, type BindMount } from '@immutablue/oci';
import { nevra, type LockedPackage, type PackageVersion } from '@immutablue/variant';
import { BUILT_RPMS, dnf, lockedRpmPath, lockedRpms, type InstallStep } from '@immutablue/plan';
import { hostFolders, runStepCommand } from '../command';
import type { RunContext } from '../context';
import { describeScratch, fetchCommand, FETCH_MOUNT, fetchUrl } from './fetch';
import { listRpms } from './query';
import { requireSigned } from './signatures';
import { checksumOf, putIntoStore, withScratch } from './store';

/** A place in a file that does not exist yet. */
const NOWHERE = { file: '', line: 1, column: 1 };

/**
 * What a transaction would install: the package manager fetches it without installing it, into a directory of its own, and
 * the signatures are checked as they would be. The RPMs are put into the store.
 */
export async function resolveTransaction(
  context: RunContext,
  step: InstallStep,
  packageMounts: readonly BindMount[],
): Promise<readonly LockedPackage[]> {
  const store = lockedRpms(hostFolders(context));
  return withScratch(store, async (scratch) => {
    const mount: BindMount = { source: scratch, target: FETCH_MOUNT, access: 'read-write' };
    const mounts = [...packageMounts, store, mount];
    const byUrl = step.list === 'rpm' ? [] : await fetchUrls(context, step, packageMounts, store, mount);
    const built = step.builtRpms === 'with' ? await listRpms(context, BUILT_RPMS) : [];
    const names = step.list === 'rpm' ? step.requested.map((entry) => entry.value) : [];
    const words = [...names, ...byUrl.map(lockedRpmPath), ...built];
    if (words.length > 0) await download(context, step, words, mount);

    // A file that was named may be copied among the rest.
    const own = new Set([...byUrl.map(({ checksum }) => checksum as string), ...(await checksumsIn(context, built))]);
    const found = (await describeScratch(context, mount)).filter(({ checksum }) => !own.has(checksum));
    const repositories = await repositoriesOf(context, found, packageMounts);
    const packages = found.map((file) => {
      const { name, epoch, version, release, arch, checksum } = file;
      const repository = repositories.get(nevra(file)) ?? '';
      const source = { kind: 'repository', repository } as const;
      return { rpm: { name, epoch, version, release, arch, source, checksum, location: NOWHERE }, repository, file };
    });
    await requireSigned(
      context,
      packages.map(({ rpm, repository, file }) => ({ ...rpm, repository, path: file.path })),
      mounts,
    );
    for (const { file } of packages) await putIntoStore(store, file.hostPath, file.checksum);
    return [...byUrl, ...packages.map(({ rpm }) => rpm)];
  });
}

/** The RPMs that packages.yaml has the addresses of, in the store. */
async function fetchUrls(
  context: RunContext,
  { requested }: InstallStep,
  packageMounts: readonly BindMount[],
  store: BindMount,
  mount: BindMount,
): Promise<LockedPackage[]> {
  const packages: LockedPackage[] = [];
  for (const { value: url, location } of requested) {
    const file = basename(url);
    await fetchUrl(context, { url, file, mounts: [...packageMounts, mount] }, (notes) => ({
      code: 'build/download-failed',
      message: `\`${url}\` cannot be fetched`,
      location,
      notes,
      hint: 'try again later, or check the address',
    }));
    for (const { hostPath, checksum, name, epoch, version, release, arch } of await describeScratch(context, mount)) {
      await putIntoStore(store, hostPath, checksum);
      const source = { kind: 'url', url } as const;
      packages.push({ name, epoch, version, release, arch, source, checksum, location: NOWHERE });
    }
  }
  return packages;
}

async function download(
  context: RunContext,
  { packages }: InstallStep,
  words: readonly string[],
  mount: BindMount,
): Promise<void> {
  const origin = { kind: 'names', names: packages } as const;
  await runStepCommand(context, fetchCommand(context.plan, words, { sees: ['packages', 'locked-rpms'], origin }), [
    mount,
  ]);
}

async function checksumsIn(context: RunContext, paths: readonly string[]): Promise<string[]> {
  const checksums: string[] = [];
  for (const path of paths) checksums.push(await checksumOf((await context.root.resolve(path)).hostPath));
  return checksums;
}

/** Which repository has each package, by its name and version; the first by name when several have the same. */
async function repositoriesOf(
  context: RunContext,
  packages: readonly PackageVersion[],
  mounts: readonly BindMount[],
): Promise<ReadonlyMap<string, string>> {
  if (packages.length === 0) return new Map();
  // dnf 4 ends each line by itself, dnf 5 does not: empty lines are left out.
  const format = '%{name}\\t%{epoch}\\t%{version}\\t%{release}\\t%{arch}\\t%{repoid}\\n';
  const command = dnf(context.plan.release, '--quiet', 'repoquery', '--queryformat', format, ...packages.map(nevra));
  const { stdout } = await runInContainer(
    { container: context.container, command, mounts },
    { signal: context.signal, proxies: 'passed' },
  );
  const found = new Map<string, string>();
  for (const line of stdout.split('\n').sort().reverse()) {
    const [name = '', epoch, version = '', release = '', arch = '', repository] = line.split('\t');
    if (repository !== undefined) found.set(nevra({ name, epoch: Number(epoch), version, release, arch }), repository);
  }
  const unknown = packages.filter((rpm) => !found.has(nevra(rpm)));
  if (unknown.length > 0) {
    throw new DiagnosticError({
      code: 'oci/unexpected-output',
      message: `dnf does not say which repository has ${quoteNames(unknown.map(nevra))}`,
    });
  }
  return found;
}
