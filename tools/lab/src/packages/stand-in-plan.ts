import { encodeAddress, LAB_BASE_URL, LAB_KEY_PATH, labDownload } from '@immutablue/variant';
import { isRpmName, type RpmPackage, type RpmSpecification } from './rpm-spec';
import { type StandInFile } from './unit-files';
import { placeUnits, type PackagesDemand, type UnplacedUnit } from './unit-placement';

/** Everything in the repository that is not real, as data. */
export interface StandInPlan {
  /** Each is made by one run of rpmbuild, from {@link StandInPlan.files}. */
  readonly packages: readonly RpmSpecification[];
  /** Packages for addresses of single RPMs: the file's name in `urls/`, and the package in it. */
  readonly urlPackages: readonly { readonly fileName: string; readonly rpm: RpmPackage }[];
  /** Content of every file that any of the packages holds. */
  readonly files: readonly StandInFile[];
  /** Repository definitions by their file's name in `repositories/`. */
  readonly repositories: readonly StandInFile[];
  /** Pinned files, by their place in the repository. */
  readonly downloads: readonly StandInFile[];
  readonly unplaced: readonly UnplacedUnit[];
}

export interface StandInInput {
  readonly demands: readonly PackagesDemand[];
  /** Names of packages that are real on x86_64. */
  readonly realNames: readonly string[];
  /** See `placeUnits`. */
  readonly providedUnits: ReadonlySet<string>;
}

/** Plans a stand-in for every name that the packages.yaml files use. Pure, and the same for the same names. */
export function planStandIns({ demands, realNames, providedUnits }: StandInInput): StandInPlan {
  const wanted = unique(demands.flatMap(({ names }) => names.rpm))
    .filter(isRpmName)
    .sort();
  const standIns = wanted.filter((name) => !realNames.includes(name));
  const placement = placeUnits(demands, new Set(standIns), providedUnits);
  const noarch = standIns.map((name) => standInPackage(name, placement.files.get(name) ?? []));
  // On other machines there is nothing real to repackage. An x86_64 machine does not see these.
  const aarch64 = unique(realNames).map((name) => standInPackage(name, []));
  const urlPackages = unique(demands.flatMap(({ names }) => names.rpmUrls))
    .sort()
    .map(urlPackage);
  return {
    packages: [
      { architecture: 'noarch', packages: noarch },
      { architecture: 'aarch64', packages: aarch64 },
    ],
    urlPackages: uniqueBy(urlPackages, ({ fileName }) => fileName),
    files: [
      ...unique([...standIns, ...realNames, ...urlPackages.map(({ rpm }) => rpm.name)]).map(labelFile),
      ...uniqueBy([...placement.files.values()].flat(), ({ path }) => path),
    ].sort((left, right) => (left.path < right.path ? -1 : 1)),
    repositories: uniqueBy(
      demands.flatMap(({ names }) => names.repositories).map(({ url }) => repositoryFile(url)),
      ({ path }) => path,
    ),
    downloads: demands.flatMap(({ names }) => names.downloads).map(labDownload),
    unplaced: placement.unplaced,
  };
}

/** A package that says what it is and pretends nothing. */
export function standInPackage(name: string, units: readonly StandInFile[], version = '0'): RpmPackage {
  return {
    name,
    version,
    release: '1.lab',
    summary: `Immutablue lab stand-in for ${name}`,
    description: `Takes the place of ${name} in builds on the Immutablue lab and has nothing of it.`,
    requires: [],
    provides: [],
    files: [labelFile(name), ...units].map(({ path }) => ({ path, kind: 'file' })),
  };
}

/** The one file of a stand-in: its presence in an image tells that the image is not the real thing. */
export function labelFile(name: string): StandInFile {
  return {
    path: `/usr/share/immutablue/lab/stand-ins/${name}`,
    content: `${name} is a stand-in made by the Immutablue lab\n`,
  };
}

/** The package that the last part of an RPM's address names: `a-release-44.noarch.rpm` is version 44 of `a-release`. */
function urlPackage(url: string): { fileName: string; rpm: RpmPackage } {
  const fileName = url.slice(url.lastIndexOf('/') + 1);
  const stem = fileName.replace(/\.rpm$/, '').replace(/\.(noarch|x86_64|aarch64)$/, '');
  const parts = /^(?<name>.+?)-(?<version>\d[^-]*)(?:-[^-]+)?$/.exec(stem)?.groups;
  const name = safeWord(parts?.name ?? stem);
  return { fileName, rpm: standInPackage(name, [], safeWord(parts?.version ?? '0')) };
}

function safeWord(text: string): string {
  const word = text.replaceAll(/[^\w.+~^-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '');
  return word === '' ? 'unnamed' : word;
}

/** What stands in for the repository definition at an address: one that leads to the lab's own packages. */
export function repositoryFile(url: string): StandInFile {
  const name = encodeAddress(url);
  return { path: name, content: repositoryDefinition(`lab-${name.replace(/\.repo$/, '')}`, `stand-in for ${url}`) };
}

/** A repository definition for dnf (dnf.conf(5)) that leads to the lab's packages and insists on their signatures. */
export function repositoryDefinition(id: string, title: string): string {
  return [
    `[${id}]`,
    `name=Immutablue lab: ${title.replaceAll(/\s+/g, ' ')}`,
    `baseurl=${LAB_BASE_URL}`,
    'enabled=1',
    'gpgcheck=1',
    `gpgkey=file://${LAB_KEY_PATH}`,
    '',
  ].join('\n');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
