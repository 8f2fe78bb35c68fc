import type { PublicKey, SigningKey } from '@immutablue/signing';
import type { Trust } from './entry';

/** A repository for results: `quay.io/immutablue/nx-cache`. */
export interface Place {
  readonly registry: string;
  readonly repository: string;
}

/** A repository in which results are looked for. */
export interface Source extends Place {
  readonly trust: Trust;
}

/** The repository in which results are kept. */
export interface Target extends Source {
  /** Signs what is kept. */
  readonly key: SigningKey | undefined;
}

/** Where results come from, in this order, and where they go. */
export interface Places {
  readonly sources: readonly Source[];
  readonly target: Target | undefined;
}

/** How the repositories of a command line are used. */
export interface PlacesQuery {
  readonly trusted: Place;
  /** Where results are kept. */
  readonly written: Place | undefined;
  /** By which results of the trusted repository are signed, where the workspace has one. */
  readonly publicKey: PublicKey | undefined;
  readonly signingKey: () => Promise<SigningKey>;
}

/**
 * Decides whose results are taken, and whose are kept. What anybody may have written never comes from the trusted repository
 * (CVE-2025-36852): a run that keeps its results elsewhere, of a pull request, changes nothing for others. It takes its own results
 * without signatures, as it has no key.
 *
 * @throws {DiagnosticError} what `signingKey` throws, when results are kept that have to be signed.
 */
export async function placesOf({ trusted, written, publicKey, signingKey }: PlacesQuery): Promise<Places> {
  const trust: Trust = publicKey === undefined ? { kind: 'anyone' } : { kind: 'signed', by: publicKey };
  const source: Source = { ...trusted, trust };
  if (written === undefined) return { sources: [source], target: undefined };
  if (isSame(trusted, written)) {
    return {
      sources: [source],
      target: { ...source, key: publicKey === undefined ? undefined : await signingKey() },
    };
  }
  const own: Source = { ...written, trust: { kind: 'anyone' } };
  return { sources: [source, own], target: { ...own, key: undefined } };
}

function isSame(one: Place, other: Place): boolean {
  return one.registry === other.registry && one.repository === other.repository;
}
