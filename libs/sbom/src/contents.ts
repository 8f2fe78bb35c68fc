import type { Digest, ImageId } from '@immutablue/oci';
import type { Checksum, LockedList, PackageVersion } from '@immutablue/variant';

/** An image as documents name it. */
export interface ImageSubject {
  /** With its registry, without tag and digest: `quay.io/immutablue/immutablue-cyan`. */
  readonly repository: string;
  /** The release: `44`. */
  readonly version: string;
  /** Of its manifest, where the document is about to be kept: the same image has another one in a registry, compressed. */
  readonly digest: Digest;
  /** OCI architecture, `amd64` for example. */
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** What an image holds, and what brought it. */
export interface ImageContents {
  readonly variant: string;
  readonly imageId: ImageId;
  /** The image as it is in the store. */
  readonly subject: ImageSubject;
  /** Every installed RPM, by name. The keys, which rpm keeps as if they were some, are not among them. */
  readonly packages: readonly InstalledPackage[];
  /** The pinned files that are there, by path. */
  readonly downloads: readonly PinnedDownload[];
  /** The override files that are there, by path, with what they hold in the image. */
  readonly overrides: readonly OverrideFile[];
  /** The dep-builders that the image has something from, in the order in which it is copied, the lowest image's first. */
  readonly depBuilders: readonly DepBuilderSource[];
}

/** What the package database of an image says of an RPM. Texts are the packager's own. */
export interface RpmFacts extends PackageVersion {
  readonly licence?: string;
  readonly vendor?: string;
  /** The file name of its source RPM. */
  readonly sourceRpm?: string;
  /** SHA-256 of its header: tells two builds of one version apart. */
  readonly headerSha256?: string;
}

export interface InstalledPackage extends RpmFacts {
  readonly origin: PackageOrigin;
}

/** A line of a file of the workspace, as `packages/base/packages.yaml:31`. */
export type Line = string;

/** The entry of a packages.lock.yaml that says which file it was. */
export interface LockEntry {
  readonly line: Line;
  /** Where in the lock: `fedora/44/x86_64/rpm`. */
  readonly section: string;
  /** `name-epoch:version-release.arch`. */
  readonly nevra: string;
  /** Of the whole RPM file. */
  readonly checksum: Checksum;
  /** Without credentials, where packages.yaml names the file by its address. */
  readonly url?: string;
}

/** What brought a package. `variant` is the one whose image has it first, of those that the image stands on or is. */
export type PackageOrigin =
  | {
      readonly kind: 'upstream';
      /** As variant.yaml names it, with the tag. */
      readonly image: string;
    }
  | {
      readonly kind: 'asked';
      readonly variant: string;
      readonly list: LockedList;
      readonly line: Line;
      readonly lock?: LockEntry;
    }
  | {
      readonly kind: 'dependency';
      readonly variant: string;
      /** The package that was asked for and needs it, by way of others or not, and its line. */
      readonly of: string;
      readonly line: Line;
      readonly lock?: LockEntry;
    }
  | {
      /** The lock has it, and no asked-for package needs it by a name: by a path, for example. */
      readonly kind: 'locked';
      readonly variant: string;
      readonly lock: LockEntry;
    }
  | {
      readonly kind: 'dep-builder';
      readonly variant: string;
      /** The variants whose dep-builders gave RPMs. */
      readonly depBuilders: readonly string[];
    }
  /** Nothing in the plan names it: a script has installed it, or a package that was asked for needs it by a path. */
  | { readonly kind: 'unplanned'; readonly variant: string };

/** Digests of what a file holds in the image, hexadecimal: a later step may have changed it. */
export interface FileDigests {
  readonly sha256: string;
  /** SPDX 2.3 asks for it, too. */
  readonly sha1: string;
}

/** A pinned file in the image. */
export interface PinnedDownload {
  readonly name: string;
  readonly url: string;
  /** Of what is at `url`, which may be an archive that the file is a member of. */
  readonly sha256: string;
  readonly path: string;
  readonly content: FileDigests;
  readonly variant: string;
  readonly line: Line;
}

/** An override file in the image. */
export interface OverrideFile {
  readonly path: string;
  readonly content: FileDigests;
  readonly variant: string;
  /** The file in the workspace. */
  readonly source: string;
}

/** A dep-builder: which files it made is not known. */
export interface DepBuilderSource {
  /** The variant whose `deps/Containerfile` it is. */
  readonly variant: string;
  readonly containerfile: string;
}
