import { runInContainer, tryInContainer, type BindMount } from '@immutablue/oci';
import type { PackageVersion } from '@immutablue/variant';
import type { RunContext } from '../context';
import { retryTransientBuildahFailure } from '../retry-transient';

/** An RPM file in a container. */
export interface RpmFile extends PackageVersion {
  /** Its path there. */
  readonly path: string;
}

/** What `rpm --query --queryformat` is given for {@link parsePackageList}. */
export const PACKAGE_LIST_FORMAT = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\n';

type QueriedContainer = Pick<RunContext, 'container' | 'signal'>;

/** What the container's rpm says in a format of each package that is installed; the keys are among them. */
export async function queryInstalled({ container, signal }: QueriedContainer, format: string): Promise<string> {
  const command = ['rpm', '--query', '--all', '--queryformat', format] as const;
  const { stdout } = await retryTransientBuildahFailure(
    () => runInContainer({ container, command }, { signal }),
    () => undefined,
  );
  return stdout;
}

/** The packages that are installed, without the keys, which rpm keeps as if they were some. */
export async function installedPackages(context: QueriedContainer): Promise<PackageVersion[]> {
  const installed = parsePackageList(await queryInstalled(context, PACKAGE_LIST_FORMAT));
  return installed.filter(({ name }) => name !== 'gpg-pubkey');
}

/** What RPM files are, in the order in which they are given. */
export async function describeRpms(
  context: QueriedContainer,
  paths: readonly string[],
  mounts: readonly BindMount[],
): Promise<RpmFile[]> {
  if (paths.length === 0) return [];
  const command = ['rpm', '--query', '--nosignature', '--queryformat', PACKAGE_LIST_FORMAT, '--package', ...paths];
  const { stdout } = await runInContainer(
    { container: context.container, command, mounts },
    { signal: context.signal },
  );
  return parsePackageList(stdout).map((rpm, index) => ({ ...rpm, path: paths[index] ?? '' }));
}

/** The `.rpm` files of a directory in the container; none when it is not there. */
export async function listRpms(context: QueriedContainer, directory: string): Promise<string[]> {
  const command = ['find', directory, '-maxdepth', '1', '-name', '*.rpm'];
  const { exitCode, stdout } = await tryInContainer(
    { container: context.container, command },
    { signal: context.signal },
  );
  return exitCode === 0
    ? stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    : [];
}

/** Packages as `rpm --query` prints them in {@link PACKAGE_LIST_FORMAT}; lines of anything else, warnings, are left out. */
export function parsePackageList(text: string): PackageVersion[] {
  return text.split('\n').flatMap((line) => {
    const [name, epoch, version, release, arch, ...rest] = line.split('\t');
    if (name === undefined || epoch === undefined || version === undefined || rest.length > 0) return [];
    if (release === undefined || arch === undefined) return [];
    return [{ name, epoch: Number(epoch), version, release, arch }];
  });
}
