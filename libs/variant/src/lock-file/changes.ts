import { byName, nevra, type PackageVersion } from './lock';

/** A package as it is compared: with its checksum, where that is known. */
export interface ComparedPackage extends PackageVersion {
  readonly checksum?: string;
}

/** How a package differs between two locks or images. */
export type PackageChange =
  | { readonly kind: 'changed'; readonly name: string; readonly from: VersionList; readonly to: VersionList }
  /** The same version with other content: the package was rebuilt. */
  | { readonly kind: 'rebuilt'; readonly name: string; readonly version: PackageVersion }
  | { readonly kind: 'added'; readonly name: string; readonly to: VersionList }
  | { readonly kind: 'removed'; readonly name: string; readonly from: VersionList };

type VersionList = readonly PackageVersion[];

/** What changed from one set of packages to another, by name. A package can be there in several versions, as kernels are. */
export function comparePackages(
  before: readonly ComparedPackage[],
  after: readonly ComparedPackage[],
): readonly PackageChange[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
  return names.flatMap((name) => compareOne(name, ofName(before, name), ofName(after, name)));
}

function compareOne(name: string, before: readonly ComparedPackage[], after: readonly ComparedPackage[]) {
  const from = before.filter((one) => !after.some((other) => nevra(other) === nevra(one))).map(versionOf);
  const to = after.filter((one) => !before.some((other) => nevra(other) === nevra(one))).map(versionOf);
  const changes: PackageChange[] = after
    .filter((one) => before.some((other) => nevra(other) === nevra(one) && isOtherContent(one, other)))
    .map((one) => ({ kind: 'rebuilt', name, version: versionOf(one) }));
  if (from.length > 0 && to.length > 0) changes.push({ kind: 'changed', name, from, to });
  else if (to.length > 0) changes.push({ kind: 'added', name, to });
  else if (from.length > 0) changes.push({ kind: 'removed', name, from });
  return changes;
}

/** Whether the checksums differ; an image has none for its packages. */
function isOtherContent(one: ComparedPackage, other: ComparedPackage): boolean {
  return one.checksum !== undefined && other.checksum !== undefined && one.checksum !== other.checksum;
}

function ofName(packages: readonly ComparedPackage[], name: string): ComparedPackage[] {
  return packages.filter((one) => one.name === name).toSorted(byName);
}

function versionOf({ name, epoch, version, release, arch }: PackageVersion): PackageVersion {
  return { name, epoch, version, release, arch };
}

/** One change as people read it: `kernel 6.18.1 → 6.18.4`. */
export function renderChange(change: PackageChange): string {
  switch (change.kind) {
    case 'changed':
      return `${change.name} ${shownVersions(change.from, change.to).join(' → ')}`;
    case 'rebuilt':
      return `rebuilt ${change.name} ${full(change.version)}: the same version with other content`;
    case 'added':
      return `added ${change.name} ${change.to.map(full).join(', ')}`;
    case 'removed':
      return `removed ${change.name} ${change.from.map(full).join(', ')}`;
  }
}

/** Versions before and after as people read them: as much of them is shown as tells the two apart, or all where there is one side. */
export function shownVersions(from: VersionList, to: VersionList): readonly [before: string, after: string] {
  const show = from.length === 0 || to.length === 0 ? full : shortest(from, to);
  return [from.map(show).join(', '), to.map(show).join(', ')];
}

/** All changes, one a line, what changed before what came and went. */
export function renderChanges(changes: readonly PackageChange[]): readonly string[] {
  const order: readonly PackageChange['kind'][] = ['changed', 'rebuilt', 'added', 'removed'];
  return order.flatMap((kind) => changes.filter((change) => change.kind === kind).map(renderChange));
}

type Show = (version: PackageVersion) => string;

const SHOWN: readonly Show[] = [
  ({ version }) => version,
  ({ version, release }) => `${version}-${release}`,
  ({ epoch, version, release }) => `${epoch}:${version}-${release}`,
];

/** With the architecture, when nothing less does. */
const withArch: Show = ({ epoch, version, release, arch }) => `${epoch}:${version}-${release}.${arch}`;

function shortest(from: VersionList, to: VersionList): Show {
  return (
    SHOWN.find((show) => {
      const texts = [...from, ...to].map(show);
      return new Set(texts).size === texts.length;
    }) ?? withArch
  );
}

function full({ epoch, version, release }: PackageVersion): string {
  return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}
