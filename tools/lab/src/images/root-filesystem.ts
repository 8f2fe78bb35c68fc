import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Architecture, ociArchitecture } from '@immutablue/variant';
import { describeArtifact, ensureArtifact, type Artifact } from '../cache/artifact';
import { containedArgv } from '../host/contained';
import { runInStep, type LabContext, type StepContext } from '../context';
import { DEBIAN_SUITE, findDebianArchive } from '../host/debian';
import { writeLayerDescription } from './layer';
import { type LabPaths } from '../cache/paths';
import { recipeOfFiles } from '../cache/recipe';

/** Scripts and files that turn a Debian root filesystem into a bootable base; the same place from `src` and from `dist`. */
const FINISH_DIRECTORY = join(dirname(require.resolve('@immutablue/lab/package.json')), 'root');

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
  'skopeo',
  'sudo',
  'systemd',
  'systemd-resolved',
  'systemd-sysv',
  'udev',
  'zstd',
] as const;

/** Documentation and translations: a fifth of the root filesystem, and nothing that a build looks at. */
const LEFT_OUT = ['doc', 'info', 'lintian', 'locale', 'man'].map((name) => `/usr/share/${name}/*`);

function packagesFor(architecture: Architecture): string[] {
  return [...PACKAGES, `linux-image-cloud-${ociArchitecture(architecture)}`];
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

/** The root filesystem of an architecture, as an artifact that may not be there yet. */
export async function describeRootFilesystem(paths: LabPaths, architecture: Architecture): Promise<Artifact> {
  return describeArtifact(paths, 'root-filesystem', `root filesystem ${architecture}`, {
    architecture,
    suite: DEBIAN_SUITE,
    packages: packagesFor(architecture),
    leftOut: LEFT_OUT,
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
      `--architectures=${ociArchitecture(architecture)}`,
      ...archive.options.map((option) => `--aptopt=${option}`),
      '--aptopt=Acquire::Languages "none"',
      ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
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
      proxies: 'passed',
    },
  );
  await writeLayerDescription(join(directory, 'layer.tar'), context.signal);
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
