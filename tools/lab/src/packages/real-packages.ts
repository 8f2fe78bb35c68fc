import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import * as z from 'zod';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { containedArgv } from '../host/contained';
import { runInStep, type LabContext, type StepContext } from '../context';
import { downloadPackages } from '../host/download-packages';
import { parseControl, toRpmPackage, type DebianPackage } from './debian-package';
import {
  adaptKernelTree,
  cutKernelPackage,
  KERNEL_PACKAGE_NAMES,
  KERNEL_TOOLS,
  kernelOf,
  kernelSources,
} from './kernel-packages';
import { type SigningKey } from './key';
import { adaptTree, listTree } from './package-tree';
import { type LabPaths } from '../cache/paths';
import { PACKAGE_USERS, REAL_PACKAGES, rpmNameOf } from './real-package-names';
import { type RootReport } from '../images/root-filesystem';
import { buildPackages, signPackages } from './rpm-build';
import { type RpmPackage } from './rpm-spec';
import { recipeOfSources, SOURCE_DIRECTORY, sourcePackages } from './source-packages';

/** Raise it when the same Debian packages are to become other RPMs. */
const VERSION = 3;

/** How many packages are unpacked at a time. */
const AT_A_TIME = 4;

const reportSchema = z.object({ packages: z.array(z.string()), units: z.array(z.string()) });

/** What later steps must know of the real packages. */
export type RealPackagesReport = z.infer<typeof reportSchema>;

/** The real packages as an artifact that may not be there yet. They fit the root filesystem that they were resolved for. */
export async function describeRealPackages(paths: LabPaths, root: Artifact, key: SigningKey): Promise<Artifact> {
  return describeArtifact(paths, 'real-packages', 'packages with real binaries', {
    version: VERSION,
    root: root.hash,
    key: key.fingerprint,
    packages: REAL_PACKAGES,
    users: PACKAGE_USERS,
    // Of a root filesystem follows which kernel packages; of this, what is done with them.
    kernelPackages: KERNEL_PACKAGE_NAMES,
    sources: await recipeOfSources(),
  });
}

/**
 * Repackages Debian's packages as signed RPMs.
 *
 * @throws {DiagnosticError} `lab/step-failed` when they cannot be downloaded or made.
 */
export async function ensureRealPackages(
  context: LabContext,
  artifact: Artifact,
  root: RootReport,
  key: SigningKey,
): Promise<RealPackagesReport> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const work = join(directory, '..');
    const stage = join(work, 'stage');
    const known = new Set(root.directories);
    const sources = { ...REAL_PACKAGES, ...kernelSources(kernelOf(root.directories)) };
    const archives = await downloadPackages(step, work, root.dpkgStatusFile, [
      ...Object.values(sources),
      ...KERNEL_TOOLS,
    ]);
    const repackaged = await unpack(step, archives, { stage, known, sources });
    const packages = [...repackaged, ...(await stageSources(step, stage, known))];
    const files = await buildPackages(
      step,
      { architecture: 'x86_64', packages },
      { work, stage, destination: directory },
    );
    await signPackages(step, key, work, files);
    const units = packages.flatMap(({ files: own }) => own.map(({ path }) => path)).filter(isUnit);
    const report: RealPackagesReport = { packages: packages.map(({ name }) => name).sort(), units };
    await writeFile(join(directory, 'report.json'), JSON.stringify(report));
  });
  return await readRealPackages(artifact);
}

/** The report of an artifact that is whole. */
export async function readRealPackages(artifact: Artifact): Promise<RealPackagesReport> {
  return reportSchema.parse(JSON.parse(await readFile(join(artifact.directory, 'report.json'), 'utf8')));
}

function isUnit(path: string): boolean {
  return /^\/(usr\/lib|etc)\/systemd\/(system|user)\/[^/]+$/.test(path);
}

interface Unpacking {
  readonly stage: string;
  /** Absolute paths of the directories that the root filesystem has already. */
  readonly known: ReadonlySet<string>;
  /** Debian packages by the name that their RPM has. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Unpacks the archives into one staging directory and gives the RPMs to be made of it. */
async function unpack(
  context: StepContext,
  archives: readonly string[],
  { stage, known, sources: named }: Unpacking,
): Promise<RpmPackage[]> {
  await mkdir(stage, { recursive: true });
  const sources = await inBatches(archives, async (archive) => {
    const { stdout } = await runCommand(['dpkg-deb', '--field', archive], { signal: context.signal });
    const source = parseControl(stdout);
    context.progress(`unpacking ${source.name}`);
    const tree = `${stage}.${source.name}`;
    await runInStep(context, containedArgv(['dpkg-deb', '--extract', archive, tree]));
    await adaptKernelTree(tree, source.name);
    await adaptTree(tree, {
      identity: rpmNameOf(source.name, named),
      users: PACKAGE_USERS[source.name] ?? [],
      known,
    });
    return { source, tree, files: await listTree(tree, known) };
  });
  const all: DebianPackage[] = sources.map(({ source }) => source);
  for (const { tree } of sources) {
    // Hard links: the packages' files are in one tree without being copied.
    await runInStep(context, ['cp', '--archive', '--link', '--force', `${tree}/.`, `${stage}/`]);
  }
  return sources.flatMap(({ source, files }) => cutKernelPackage(toRpmPackage(source, all, files, named), source.name));
}

/** Puts the lab's own sources into the staging directory and gives the RPMs to be made of them. */
async function stageSources(context: StepContext, stage: string, known: ReadonlySet<string>): Promise<RpmPackage[]> {
  const packages = await sourcePackages(known);
  for (const { name } of packages.filter((rpm) => rpm.files.length > 0)) {
    const tree = `${stage}.${name}`;
    await runInStep(context, ['cp', '--recursive', join(SOURCE_DIRECTORY, name), tree]);
    // What git does not know must not get into a package: the umask at the time of the clone.
    await runInStep(context, ['chmod', '--recursive', 'u=rwX,go=rX', tree]);
    await runInStep(context, ['cp', '--archive', `${tree}/.`, `${stage}/`]);
  }
  return packages;
}

async function inBatches<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += AT_A_TIME) {
    results.push(...(await Promise.all(values.slice(start, start + AT_A_TIME).map(work))));
  }
  return results;
}
