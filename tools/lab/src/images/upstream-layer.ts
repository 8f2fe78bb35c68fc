import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Release } from '@immutablue/variant';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { containedArgv } from '../host/contained';
import { runInStep, type LabContext, type StepContext } from '../context';
import { type SigningKey } from '../packages/key';
import { BASE_KERNEL_PACKAGES, baseKernelPackages, listKernel } from './base-kernel';
import { writeLayerDescription } from './layer';
import { type LabPaths } from '../cache/paths';
import { releasePackage } from '../packages/release-package';
import { signPackages } from '../packages/rpm-build';
import { LAB_TIMESTAMP } from '../packages/timestamp';
import { type RpmFile, type RpmSpecification } from '../packages/rpm-spec';
import { labelFile, standInPackage } from '../packages/stand-in-plan';
import { buildFromContents, recipeOf, recipeOfContents } from '../packages/stand-ins';
import { type StandInFile } from '../packages/unit-files';

/** Raise it when the same packages are to become another layer. */
const VERSION = 2;

/** Where the packages of a root filesystem are recorded; the script that finishes root filesystems moves it there. */
const RPM_DATABASE = '/usr/lib/sysimage/rpm';

/** What the layer of one upstream image depends on. */
export interface UpstreamLayerInput {
  /** The root filesystem below the layer, whose kernel is recorded as packages. */
  readonly root: Artifact;
  /** Packages that the image has from the start. */
  readonly names: readonly string[];
  readonly release: Release;
  readonly key: SigningKey;
}

/** The layer as an artifact that may not be there yet. Images that have the same packages share it. */
export function describeUpstreamLayer(paths: LabPaths, input: UpstreamLayerInput): Artifact {
  const { specification, files } = planLayer(input, []);
  return describeArtifact(paths, 'upstream-layer', `layer of upstream images with ${input.names.length} packages`, {
    version: VERSION,
    root: input.root.hash,
    key: input.key.fingerprint,
    spec: recipeOf(specification),
    files: recipeOfContents(files),
  });
}

/**
 * Makes the layer that turns a root filesystem into an upstream image: packages, installed by rpm into an empty tree.
 * No container is needed for it, and no emulation: the packages are for any architecture and have no scripts.
 */
export async function ensureUpstreamLayer(
  context: LabContext,
  artifact: Artifact,
  input: UpstreamLayerInput,
): Promise<void> {
  await ensureArtifact(context, artifact, async (directory, step) => {
    const work = join(directory, '..');
    const { specification, files } = planLayer(input, await listKernel(step, input.root));
    const packages = await buildFromContents(step, specification, files, { work, destination: join(work, 'rpms') });
    await signPackages(step, input.key, work, packages);
    const keyFile = join(work, 'RPM-GPG-KEY');
    await writeFile(keyFile, input.key.publicKey);
    const tree = join(work, 'tree');
    await install(step, tree, keyFile, packages);
    await pack(step, tree, directory);
  });
}

function planLayer(
  { names, release, key }: UpstreamLayerInput,
  kernel: readonly RpmFile[],
): {
  readonly specification: RpmSpecification;
  readonly files: readonly StandInFile[];
} {
  const { rpm, files } = releasePackage(release, key.publicKey);
  const others = names.filter((name) => !BASE_KERNEL_PACKAGES.some((known) => known === name));
  return {
    specification: {
      architecture: 'noarch',
      packages: [rpm, ...baseKernelPackages(kernel), ...others.map((name) => standInPackage(name, []))],
    },
    files: [
      ...files,
      ...[...BASE_KERNEL_PACKAGES, ...others].map(labelFile),
      // rpmbuild wants to see ghosts too.
      ...kernel.filter(({ kind }) => kind === 'ghost').map(({ path }) => ({ path, content: '' })),
    ],
  };
}

async function install(
  context: StepContext,
  tree: string,
  keyFile: string,
  packages: readonly string[],
): Promise<void> {
  const database = join(tree, RPM_DATABASE);
  await mkdir(database, { recursive: true });
  const rpm = (...args: string[]) =>
    runInStep(context, containedArgv(['rpm', '--root', tree, '--dbpath', RPM_DATABASE, ...args]), {
      environment: { SOURCE_DATE_EPOCH: String(LAB_TIMESTAMP) },
    });
  await rpm('--import', keyFile);
  await rpm('--install', ...packages);
  // Traces of the connection; the database is closed and whole without them.
  for (const name of ['.rpm.lock', 'rpmdb.sqlite-shm', 'rpmdb.sqlite-wal']) {
    await rm(join(database, name), { force: true });
  }
}

async function pack(context: StepContext, tree: string, directory: string): Promise<void> {
  const file = join(directory, 'layer.tar');
  await runInStep(
    context,
    containedArgv([
      'tar',
      '--create',
      '--file',
      file,
      '--directory',
      tree,
      '--format=posix',
      '--pax-option=delete=atime,delete=ctime',
      '--sort=name',
      '--numeric-owner',
      '--owner=0',
      '--group=0',
      `--mtime=@${LAB_TIMESTAMP}`,
      '.',
    ]),
  );
  await writeLayerDescription(file, context.signal);
}
