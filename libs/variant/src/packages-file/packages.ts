import { type SourceLocation } from '@immutablue/diagnostics';
import { type Release, type VariantName } from '../names';
import { type Distrobox } from './distrobox';
import { type ListKey, type ReleaseKey } from './keys';
import { type KeyCondition, type SectionCondition } from './parse-key';
import { type ListItems } from './values';

/** One value of a packages.yaml, and where it comes from. */
export interface Entry<T> {
  readonly value: T;
  readonly location: SourceLocation;
  readonly variant: VariantName;
}

/** A repository definition that is fetched from `url` and saved as `/etc/yum.repos.d/<name>`. */
export interface Repository {
  readonly name: string;
  readonly url: string;
  /** The secret that holds its `user:password`. */
  readonly secret?: string | undefined;
}

/** A file that is fetched from `url`, checked, and placed at `path`. */
export interface Download {
  readonly name: string;
  readonly url: string;
  /** Of what is at `url`, hexadecimal. */
  readonly sha256: string;
  readonly path: string;
  /** Octal digits; 0755 when not given. */
  readonly mode?: string | undefined;
  /** The file that is meant, when `url` is a tar archive. */
  readonly member?: string | undefined;
}

/** What is done when a scriptlet of a package fails: https://rpm-software-management.github.io/rpm/manual/scriptlet_expansion.html */
export interface ScriptletPolicy {
  /** The package. */
  readonly name: string;
  /** The build warns, and goes on. */
  readonly policy: 'allow-failure';
  readonly reason: string;
}

export const SERVICE_ACTIONS = ['enable', 'disable', 'mask', 'unmask'] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

export const SERVICE_SCOPES = ['system', 'user'] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];

/** The systemd units that a build enables, disables, masks and unmasks. */
export type Services = Readonly<Record<ServiceAction, Readonly<Record<ServiceScope, readonly Entry<string>[]>>>>;

/** What a packages.yaml says for one release, architecture and list of build options. No list holds a value twice. */
export interface ResolvedPackages {
  readonly repositories: readonly Entry<Repository>[];
  readonly rpm: readonly Entry<string>[];
  readonly rpmUrl: readonly Entry<string>[];
  /** Installed after the rest. */
  readonly rpmPostUrl: readonly Entry<string>[];
  readonly rpmRemove: readonly Entry<string>[];
  readonly scriptlets: readonly Entry<ScriptletPolicy>[];
  readonly pip: readonly Entry<string>[];
  readonly downloads: readonly Entry<Download>[];
  readonly fileRemove: readonly Entry<string>[];
  readonly services: Services;
  readonly quadlets: readonly Entry<string>[];
  readonly flatpakRepositories: readonly Entry<Repository>[];
  readonly flatpaks: readonly Entry<string>[];
  readonly flatpakRuntimes: readonly Entry<string>[];
  readonly flatpaksRemove: readonly Entry<string>[];
  readonly brew: { readonly install: readonly Entry<string>[]; readonly uninstall: readonly Entry<string>[] };
  readonly distrobox: readonly Entry<Distrobox>[];
  readonly nix: { readonly install: readonly Entry<string>[] };
  readonly ltsVersion?: Entry<string>;
  readonly zfsRpmUrl?: Entry<string>;
}

/** One list of a packages.yaml, and which builds it counts for; a part of the condition that is absent does not matter. */
export interface PackageList<T> {
  /** The suffixes of the key. */
  readonly key: KeyCondition;
  /** The parts of the section's name. */
  readonly section: SectionCondition;
  readonly entries: readonly Entry<T>[];
}

/** The lists of each key, in the order of the file. */
export type PackageLists = { readonly [Key in ListKey]: readonly PackageList<ListItems[Key]>[] };

/** A packages.yaml, checked, before it is resolved for a build. */
export interface PackagesDefinition {
  readonly file: string;
  readonly variant: VariantName;
  readonly lists: PackageLists;
  readonly values: Readonly<Record<ReleaseKey, ReadonlyMap<Release, Entry<string>>>>;
}
