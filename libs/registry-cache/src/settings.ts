/** A repository of a registry. */
export interface CacheRepository {
  readonly host: string;
  readonly name: string;
}

/** Where results are looked for, and where they go. */
export interface CacheSettings {
  /** Builds take from it what is signed by the workspace's key. */
  readonly trusted: CacheRepository;
  /** The one that is written to; it may be the trusted one. Without it nothing is pushed. */
  readonly own?: CacheRepository;
  /** Which entries need no signature: none; those of `own` when that is another than the trusted one; all. */
  readonly unsigned: 'refused' | 'own' | 'accepted';
}

/** A repository as it stands in front of image names. */
export function repositoryName({ host, name }: CacheRepository): string {
  return `${host}/${name}`;
}
