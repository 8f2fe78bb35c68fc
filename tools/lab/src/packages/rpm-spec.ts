/** A file, directory or link that a package holds. It lies in the staging directory under the same path. */
export interface RpmFile {
  /** Absolute path in the root filesystem. */
  readonly path: string;
  /** A ghost is recorded and removed as the package's own, and comes from elsewhere. */
  readonly kind: 'file' | 'configuration' | 'directory' | 'ghost' | 'ghost-directory';
}

/** A package as data. What it contains is taken from a staging directory. */
export interface RpmPackage {
  readonly name: string;
  readonly epoch?: string;
  readonly version: string;
  readonly release: string;
  readonly summary: string;
  readonly description: string;
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly files: readonly RpmFile[];
}

/** Packages that are made by one run of rpmbuild, for one architecture. */
export interface RpmSpecification {
  readonly architecture: 'noarch' | 'x86_64' | 'aarch64';
  readonly packages: readonly RpmPackage[];
}

/** What names and versions of RPM packages consist of; with anything else in them a spec file would mean something else. */
const RPM_WORD = /^[A-Za-z0-9][\w.+~^-]*$/;

/**
 * Whether a package can have this name. `foo-1.2` and `foo-1.2-3.fc44` ask for a version of `foo`, dnf(8), and are names of nothing; a number
 * without a point, `foo-48`, may end a name.
 */
export function isRpmName(name: string): boolean {
  const version = /-(?:\d+:)?\d[^-:]*(?:-\d[^-:]*)?$/.exec(name)?.[0];
  return RPM_WORD.test(name) && version?.includes('.') !== true;
}

/**
 * The spec file of the packages, all of them subpackages of one that is never made: one run of rpmbuild takes a second
 * for a hundred packages, a hundred runs take half a minute. Deterministic; what it says is also the packages' recipe.
 *
 * https://rpm-software-management.github.io/rpm/manual/spec.html
 *
 * @param stageDirectory where the packages' files lie, see {@link RpmFile}.
 */
export function renderSpec(specification: RpmSpecification, stageDirectory: string): string {
  const { architecture, packages } = specification;
  return [
    // Files are taken as they are: nothing is stripped, compressed, or searched for dependencies.
    '%global __os_install_post %{nil}',
    '%global debug_package %{nil}',
    '%global _build_id_links none',
    '%global __brp_mangle_shebangs %{nil}',
    '%global _binary_payload w3.zstdio',
    // The same packages give the same files.
    '%global _buildhost immutablue-lab',
    '%global use_source_date_epoch_as_buildtime 1',
    '%global clamp_mtime_to_source_date_epoch 1',
    '',
    'Name: immutablue-lab-packages',
    'Version: 0',
    'Release: 1',
    'Summary: Packages of the Immutablue lab',
    'License: Apache-2.0',
    ...(architecture === 'noarch' ? ['BuildArch: noarch'] : []),
    'AutoReqProv: no',
    '',
    '%description',
    'Packages of the Immutablue lab.',
    '',
    ...packages.flatMap(renderPackage),
    '%install',
    'mkdir -p %{buildroot}',
    `cp -a ${quoteForShell(stageDirectory)}/. %{buildroot}/`,
    '',
    ...packages.flatMap(renderFiles),
  ].join('\n');
}

function renderPackage(rpm: RpmPackage): string[] {
  for (const word of [rpm.name, rpm.version, rpm.release]) {
    if (!RPM_WORD.test(word)) throw new RangeError(`not a word of an RPM package: ${JSON.stringify(word)}`);
  }
  return [
    `%package -n ${rpm.name}`,
    `Summary: ${oneLine(rpm.summary)}`,
    ...(rpm.epoch === undefined ? [] : [`Epoch: ${rpm.epoch}`]),
    `Version: ${rpm.version}`,
    `Release: ${rpm.release}`,
    'AutoReqProv: no',
    ...rpm.requires.map((name) => `Requires: ${name}`),
    ...rpm.provides.map((capability) => `Provides: ${capability}`),
    '',
    `%description -n ${rpm.name}`,
    oneLine(rpm.description),
    '',
  ];
}

function renderFiles(rpm: RpmPackage): string[] {
  const directives = {
    file: '',
    configuration: '%config(noreplace) ',
    directory: '%dir ',
    // The program that makes them decides on their mode: an initramfs is for root alone.
    ghost: '%ghost %verify(not mode) ',
    'ghost-directory': '%ghost %dir ',
  } as const;
  return [
    `%files -n ${rpm.name}`,
    '%defattr(-,root,root,-)',
    ...rpm.files.map((file) => `${directives[file.kind]}${quotePath(file.path)}`),
    '',
  ];
}

/** Text that can neither expand a macro nor begin a new line of the spec file. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('%', '%%').trim();
}

/** A path as rpmbuild takes it literally: neither macros nor globs in it, spaces allowed. */
function quotePath(path: string): string {
  return `"${path.replaceAll('%', '%%').replaceAll(/[\\*?[\]{}"]/g, '\\$&')}"`;
}

function quoteForShell(path: string): string {
  return `'${path.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
}
