import type { Digest } from '@immutablue/oci';

/** Where an image goes: `quay.io`, `immutablue/immutablue-cyan`. */
export interface Destination {
  readonly host: string;
  readonly repository: string;
}

/** An image in a registry, by its digest. */
export interface PublishedImage extends Destination {
  readonly digest: Digest;
}

/** How it is named for people. */
export function imageName({ host, repository, digest }: PublishedImage): string {
  return `${host}/${repository}@${digest}`;
}
