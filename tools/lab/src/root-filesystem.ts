import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toDigest, type Digest } from '@immutablue/oci';
import { type Architecture } from '@immutablue/variant';
import { z } from 'zod';
import { describeArtifact, ensureArtifact, type Artifact } from './artifact';
import { containedArgv } from './contained';
import { runInStep, type LabContext, type StepContext } from './context';
import { DEBIAN_SUITE, debianArchitecture, findDebianArchive } from './debian';
import { type LabPaths } from './paths';
import { recipeOfFiles } from './recipe';

/** Scripts and files that turn a Debian root filesystem into a bootable base; the same place from `src` and from `dist`. */
const FINISH_DIRECTORY = join(__dirname, '../root');

/** What a bootable base brings before any variant adds to it. */
const PACKAGES = [
  'ca-certificates',
  'curl',
  'dbus',
  'dnf',
  'dracut',
  'iproute2',
  'kmod',
  'libpam-systemd',
  'openssh-server',
  'ostree',
  'ostree-boot',
  'passwd',
  'podman',
  'procps',
  'python3',
  'rpm',
  'sudo',
  'systemd',
  'systemd-resolved',
  'systemd-sysv',
  'udev',
  'zstd',
] as const;

function packagesFor(architecture: Architecture): string[] {
  return [...PACKAGES, `linux-image-cloud-${debianArchitecture(architecture)}`];
}

/** A root filesystem of the cache as one layer of an image. */
export interface RootLayer {
  readonly tarFile: string;
  /** Digest of the uncompressed tar, which is the layer's diffID and its blob at the same time. */
  readonly digest: Digest;
  readonly size: number;
}

/** What later steps must know about the content of a root filesystem. */
export interface RootReport {
  /** dpkg's database of the packages that the root filesystem was made of. */
  readonly dpkgStatusFile: string;
  /** Absolute paths of the unit files it has. */
  readonly units: readonly string[];
  /** Absolute paths of its directories. */
  readonly directories: readonly string[];
}

const layerSchema = z.object({ digest: z.string().transform(toDigest), size: z.number() });

/** The root filesystem of an architecture, as an artifact that may not be there yet. */
export async function describeRootFilesystem(paths: LabPaths, architecture: Architecture): Promise<Artifact> {
  return describeArtifact(paths, 'root-filesystem', `root filesystem ${architecture}`, {
    architecture,
    suite: DEBIAN_SUITE,
    packages: packagesFor(architecture),
    finish: await recipeOfFiles(FINISH_DIRECTORY),
  });
}

/**
 * Makes the root filesystem with mmdebstrap, from the archive that the host's apt uses.
 *
 * @throws {DiagnosticError} `lab/step-failed` when a package cannot be had or installed.
 */
export async function ensureRootFilesystem(context: LabContext, artifact: Artifact, architecture: Architecture) {
  return await ensureArtifact(context, artifact, (directory, step) => makeRoot(directory, step, architecture));
}

async function makeRoot(directory: string, context: StepContext, architecture: Architecture): Promise<void> {
  const archive = await findDebianArchive();
  await runInStep(
    context,
    containedArgv([
      'mmdebstrap',
      '--mode=root',
      '--format=null',
      '--variant=minbase',
      `--architectures=${debianArchitecture(architecture)}`,
      ...archive.options.map((option) => `--aptopt=${option}`),
      '--aptopt=Acquire::Languages "none"',
      `--include=${packagesFor(architecture).join(',')}`,
      // What mmdebstrap would clean up is gone with the package state, or belongs to no image.
      '--skip=cleanup',
      `--customize-hook=${join(FINISH_DIRECTORY, 'finish.sh')}`,
      DEBIAN_SUITE,
      '/dev/null',
      ...archive.sources,
    ]),
    {
      environment: {
        // mmdebstrap puts the root filesystem here while it makes it.
        TMPDIR: join(directory, '..'),
        LAB_OUTPUT: directory,
        // The kernel's package would have dracut make an initramfs for this machine; finish.sh has the right one made.
        INITRD: 'No',
      },
    },
  );
  const layer = await describeLayer(join(directory, 'root.tar'), context.signal);
  await writeFile(join(directory, 'layer.json'), JSON.stringify(layer));
}

async function describeLayer(file: string, signal: AbortSignal): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return { digest: toDigest(`sha256:${hash.digest('hex')}`), size: (await stat(file)).size };
}

/** The layer of a root filesystem that is whole. */
export async function readRootLayer(artifact: Artifact): Promise<RootLayer> {
  const layer = layerSchema.parse(JSON.parse(await readFile(join(artifact.directory, 'layer.json'), 'utf8')));
  return { tarFile: join(artifact.directory, 'root.tar'), ...layer };
}

/** What is known of a root filesystem that is whole. */
export async function readRootReport(artifact: Artifact): Promise<RootReport> {
  const [units, directories] = await Promise.all(
    ['units', 'directories'].map(async (name) => {
      const text = await readFile(join(artifact.directory, name), 'utf8');
      return text.split('\n').filter((line) => line !== '');
    }),
  );
  return {
    dpkgStatusFile: join(artifact.directory, 'dpkg-status'),
    units: units ?? [],
    directories: directories ?? [],
  };
}
