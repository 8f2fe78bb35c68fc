import { createHash } from 'node:crypto';
import { type Download } from './packages-file/packages';
import { type Architecture } from './platform';

/** Where upstream images and RPMs come from: `lab` is made on this machine and needs no network, `fedora` is the real thing. */
export const UPSTREAM_PROFILES = ['lab', 'fedora'] as const;
export type UpstreamProfileName = (typeof UPSTREAM_PROFILES)[number];

/** Where the lab's repository is mounted inside the container while an image is built. */
export const LAB_MOUNT = '/run/immutablue/lab';

/** Where the RPMs' metadata lie in the lab's repository, as package managers see it. */
export const LAB_BASE_URL = `file://${LAB_MOUNT}/rpms`;

/** The lab's public key, in the root filesystems that the lab makes. */
export const LAB_KEY_PATH = '/etc/pki/rpm-gpg/RPM-GPG-KEY-immutablue-lab';

/** All that makes the `lab` profile differ from `fedora`: a mapping of references. No stage asks which profile it is. */
export interface UpstreamProfile {
  readonly name: UpstreamProfileName;
  /** Maps a full reference of an upstream image (with tag or digest) to its name on this machine. */
  readonly mapImage: (reference: string, architecture: Architecture) => string;
  /** Maps the address of a repository definition (`repo_urls`) to a URL that `curl` can read in the build container. */
  readonly mapRepositoryUrl: (url: string) => string;
  /** Maps the address of a single RPM (`rpm_url`, `rpm_post_url`, `zfs_rpm_url`) to what the package manager is given. */
  readonly mapRpmUrl: (url: string) => string;
  /** Maps a pinned file: what is fetched, with the checksum that it has there. */
  readonly mapDownload: (download: Download) => Download;
}

const fedora: UpstreamProfile = {
  name: 'fedora',
  mapImage: (reference) => reference,
  mapRepositoryUrl: (url) => url,
  mapRpmUrl: (url) => url,
  mapDownload: (download) => download,
};

const lab: UpstreamProfile = {
  name: 'lab',
  mapImage: (reference, architecture) =>
    onThisMachine(`localhost/immutablue-lab/${withoutRegistry(reference)}`, architecture),
  mapRepositoryUrl: (url) => (isLoopbackOrFile(url) ? url : `file://${LAB_MOUNT}/repositories/${encodeAddress(url)}`),
  mapRpmUrl: (url) => (isLoopbackOrFile(url) ? url : `${LAB_MOUNT}/urls/${baseNameOf(url)}`),
  mapDownload: (download) => (isLoopbackOrFile(download.url) ? download : standIn(download)),
};

function standIn(download: Download): Download {
  const { path, content } = labDownload(download);
  return {
    name: download.name,
    url: `file://${LAB_MOUNT}/${path}`,
    sha256: createHash('sha256').update(content).digest('hex'),
    path: download.path,
    mode: download.mode,
  };
}

/** What stands in for a pinned file: its place in the lab's repository, and a program that says what it is. */
export function labDownload({ name, url }: Pick<Download, 'name' | 'url'>): { path: string; content: string } {
  return {
    path: `downloads/${encodeAddress(url)}`,
    content: `#!/bin/sh\necho "${name} is a stand-in made by the Immutablue lab"\n`,
  };
}

/**
 * The name on this machine of an image for an architecture: one name stands for one image in the store, where a registry has an index
 * of all architectures. That for x86_64 has the name that it has elsewhere.
 */
export function onThisMachine(reference: string, architecture: Architecture): string {
  switch (architecture) {
    case 'x86_64':
      return reference;
    case 'aarch64':
      return reference.replace(/(?=@|$)/, `-${architecture}`);
  }
}

/** The profile of that name. */
export function upstreamProfile(name: UpstreamProfileName): UpstreamProfile {
  switch (name) {
    case 'lab':
      return lab;
    case 'fedora':
      return fedora;
  }
}

/** The file that stands for `url` in the lab's `repositories/`: the address itself, with what file names lack room for replaced. */
export function encodeAddress(url: string): string {
  return url.replace(/^[a-z]+:\/\//, '').replaceAll(/[^\w.-]+/g, '_');
}

function withoutRegistry(reference: string): string {
  return reference.slice(reference.indexOf('/') + 1);
}

function baseNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** An address on this machine is already what an offline build can reach. */
function isLoopbackOrFile(url: string): boolean {
  return /^(file:|https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(url);
}
