import { type SourceLocation } from '@immutablue/diagnostics';
import { type Release } from '../names';
import { type Architecture } from '../platform';
import { type UpstreamProfileName } from '../upstream';
import { type Checksum } from './schema';

/** The lists of packages.yaml that a lock covers, in the order in which they are installed. */
export const LOCKED_LISTS = ['rpm_url', 'rpm', 'rpm_post_url'] as const;

export type LockedList = (typeof LOCKED_LISTS)[number];

/** The name, version and architecture of an RPM. */
export interface PackageVersion {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

/** Where an RPM is fetched from: a repository, by its ID, or an address of packages.yaml. */
export type PackageSource =
  { readonly kind: 'repository'; readonly repository: string } | { readonly kind: 'url'; readonly url: string };

/** One RPM that a build installs: this file and no other. */
export interface LockedPackage extends PackageVersion {
  readonly source: PackageSource;
  /** Of the whole file. */
  readonly checksum: Checksum;
  /** Its line of the lock. */
  readonly location: SourceLocation;
}

/** What one list of packages.yaml became. */
export interface LockedTransaction {
  /** The values of the list when it was locked. */
  readonly requested: readonly { readonly value: string; readonly location: SourceLocation }[];
  /** All that has to be installed for them, dependencies too, by name. What the parent had already is not among them. */
  readonly packages: readonly LockedPackage[];
}

/** Which of a variant's builds something is for. Packages of the lab are other ones than those of the same name elsewhere. */
export interface LockSelection {
  readonly upstream: UpstreamProfileName;
  readonly release: Release;
  readonly architecture: Architecture;
}

/** The locked packages of one build. */
export interface LockSection extends LockSelection {
  readonly file: string;
  readonly location: SourceLocation;
  readonly lists: Readonly<Record<LockedList, LockedTransaction>>;
}

/** A packages.lock.yaml. */
export interface PackageLock {
  readonly file: string;
  readonly sections: readonly LockSection[];
}

/** The section for a build, if the lock has one. */
export function lockSection(lock: PackageLock, selection: LockSelection): LockSection | undefined {
  return lock.sections.find((section) => isSameSelection(section, selection));
}

/** The lock with a section added, or put in the place of the one for the same build. */
export function withSection(lock: PackageLock, added: LockSection): PackageLock {
  return { ...lock, sections: [...lock.sections.filter((section) => !isSameSelection(section, added)), added] };
}

/** All packages of a section, whichever list they are of. */
export function packagesOf(section: LockSection): readonly LockedPackage[] {
  return LOCKED_LISTS.flatMap((list) => section.lists[list].packages);
}

/** `name-epoch:version-release.arch`, as dnf takes and rpm prints it. */
export function nevra({ name, epoch, version, release, arch }: PackageVersion): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`;
}

/** The order of packages in a lock. */
export function byName(left: PackageVersion, right: PackageVersion): number {
  const [one, other] = [nevra(left), nevra(right)];
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}

function isSameSelection(left: LockSelection, right: LockSelection): boolean {
  return left.upstream === right.upstream && left.release === right.release && left.architecture === right.architecture;
}
