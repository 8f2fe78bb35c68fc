import { basename } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { runInContainer, type BindMount } from '@immutablue/oci';
import { nevra, type LockedPackage, type PackageVersion } from '@immutablue/variant';
import { type Installs, type TransactionStep, BUILT_RPMS, dnf, storedPath } from '@immutablue/plan';
import { runCommandOfStep } from '../command';
import type { RunContext } from '../context';
import { explainCommand } from '../failure';
import { describeScratch, fetchCommand, FETCH_MOUNT, fetchUrl } from './fetch';
import { listRpms } from './query';
import { requireSigned } from './signatures';
import { checksumOf, putIntoStore, withScratch } from './store';

type Installation = TransactionStep & { readonly installs: Installs };

/** A place in a file that does not exist yet. */
const NOWHERE = { file: '', line: 1, column: 1 };

/**
 * What a transaction would install: the package manager fetches it without installing it, into a directory of its own, and
 * the signatures are checked as they would be. The RPMs are put into the store.
 */
export async function resolveTransaction(
  context: RunContext,
  step: Installation,
  store: BindMount,
): Promise<readonly LockedPackage[]> {
  return withScratch(store, async (scratch) => {
    const mount: BindMount = { source: scratch, target: FETCH_MOUNT, access: 'read-write' };
    const mounts = [...step.mounts, store, mount];
    const byUrl = step.installs.list === 'rpm' ? [] : await fetchUrls(context, step, store, mount);
    const built = step.installs.builtRpms === 'with' ? await listRpms(context, BUILT_RPMS) : [];
    const names = step.installs.list === 'rpm' ? step.installs.requested.map((entry) => entry.value) : [];
    const words = [...names, ...byUrl.map(storedPath), ...built];
    if (words.length > 0) await download(context, step, words, mounts);

    // A file that was named may be copied among the rest.
    const own = new Set([...byUrl.map(({ checksum }) => checksum as string), ...(await checksumsIn(context, built))]);
    const found = (await describeScratch(context, mount)).filter(({ checksum }) => !own.has(checksum));
    const repositories = await repositoriesOf(context, found, step.mounts);
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
  { installs, mounts }: Installation,
  store: BindMount,
  mount: BindMount,
): Promise<LockedPackage[]> {
  const packages: LockedPackage[] = [];
  for (const { value: url, location } of installs.requested) {
    const file = basename(url);
    await fetchUrl(context, { url, file, mounts: [...mounts, mount] }, (notes) => ({
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
  step: Installation,
  words: readonly string[],
  mounts: readonly BindMount[],
): Promise<void> {
  const command = fetchCommand(context.plan, words);
  const where = { variant: context.plan.variant, stage: context.stage };
  await runCommandOfStep(context, { command, mounts, environment: step.environment }, (output, result) =>
    explainCommand(where, command, step.names, output, result),
  );
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
  const command = dnf(context.plan, '--quiet', 'repoquery', '--queryformat', format, ...packages.map(nevra));
  const { stdout } = await runInContainer(
    { container: context.container, command, mounts },
    { signal: context.signal },
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
      message: `dnf does not say which repository has ${unknown.map((rpm) => `\`${nevra(rpm)}\``).join(', ')}`,
    });
  }
  return found;
}
