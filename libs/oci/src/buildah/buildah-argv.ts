import type { Argv } from '../process/process';
import type { ImageId } from '../reference';

/** A directory of the host that a command inside a container sees. */
export interface BindMount {
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly access: 'read-only' | 'read-write';
}

/**
 * `chroot` isolation runs wherever buildah does: as root, for an ordinary user, inside another container, and on hosts
 * whose cgroups the OCI runtimes refuse.
 */
const ISOLATION = ['--isolation', 'chroot'] as const;

/** Makes a working container from an image that is in the store. */
export function fromArgv(image: string, containerName: string): Argv {
  return ['buildah', 'from', '--quiet', '--pull-never', '--name', containerName, image];
}

/** Brings an image from its registry into the store, for the given OCI architecture, if it is missing or newer there. */
export function pullArgv(reference: string, architecture: string): Argv {
  return ['buildah', 'pull', '--quiet', '--policy', 'always', '--arch', architecture, reference];
}

export interface RunInContainer {
  readonly container: string;
  readonly command: readonly string[];
  readonly mounts?: readonly BindMount[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What the container is run under: a program and its arguments, which start what follows them. */
  readonly tracer?: readonly string[];
  /** `attached` gives the command a terminal. */
  readonly terminal?: 'attached' | 'none';
}

/** Runs a command inside a working container, as its root. */
export function runArgv(run: RunInContainer): Argv {
  const access = { 'read-only': 'ro', 'read-write': 'rw' } as const;
  const argv = [
    'buildah',
    'run',
    ...ISOLATION,
    ...(run.mounts ?? []).flatMap((mount) => ['--volume', `${mount.source}:${mount.target}:${access[mount.access]}`]),
    ...Object.entries(run.environment ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(run.terminal === 'attached' ? ['--tty'] : []),
    run.container,
    '--',
    ...run.command,
  ] as const;
  const [tracer, ...ofTracer] = run.tracer ?? [];
  return tracer === undefined ? argv : [tracer, ...ofTracer, ...argv];
}

/** Commits a working container as an image without a name and removes it; prints the image's ID. `created` is in seconds since 1970, for reproducible images. */
export function commitArgv(container: string, created: number): Argv {
  // The identity label would name the version of buildah: the same root filesystem would be another image elsewhere.
  return ['buildah', 'commit', '--quiet', '--rm', '--identity-label=false', '--timestamp', String(created), container];
}

/** Gives an image a name, and takes that name from the image that had it. */
export function tagArgv(image: ImageId, reference: string): Argv {
  return ['buildah', 'tag', image, reference];
}

export interface BuildContainerfile {
  readonly containerfile: string;
  /** Directory that `COPY` reads from. */
  readonly context: string;
  readonly reference: string;
  /** Absolute path of a file that gets the ID of the image, `sha256:` before it. */
  readonly imageIdFile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly mounts?: readonly BindMount[];
  readonly created: number;
  /** Marks the working containers of this build, which buildah names after their images. See {@link MARK_ARGUMENT}. */
  readonly mark: string;
}

/** The build argument that carries the mark of a build: buildah records the arguments with the working containers. */
export const MARK_ARGUMENT = 'IMMUTABLUE_BUILD';

/** Builds a Containerfile; the last line of output is the image ID. */
export function buildArgv(build: BuildContainerfile): Argv {
  const access = { 'read-only': 'ro', 'read-write': 'rw' } as const;
  return [
    'buildah',
    'build',
    ...ISOLATION,
    '--pull-never',
    '--layers=false',
    '--force-rm',
    '--identity-label=false',
    '--timestamp',
    String(build.created),
    ...(build.mounts ?? []).flatMap((mount) => ['--volume', `${mount.source}:${mount.target}:${access[mount.access]}`]),
    ...Object.entries({ ...build.buildArguments, [MARK_ARGUMENT]: build.mark }).flatMap(([name, value]) => [
      '--build-arg',
      `${name}=${value}`,
    ]),
    '--file',
    build.containerfile,
    '--tag',
    build.reference,
    '--iidfile',
    build.imageIdFile,
    build.context,
  ];
}

/** Copies the whole root filesystem of an image into a working container. */
export function copyFromImageArgv(container: string, image: string): Argv {
  return ['buildah', 'copy', '--quiet', '--from', image, container, '/', '/'];
}
