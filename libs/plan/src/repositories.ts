/** What is known of the repositories that packages come from. */
export type RepositoryState =
  /** Everything: the same digest stands for the same packages. */
  | {
      readonly kind: 'fixed';
      readonly digest: string;
      /** Absolute path of the lab's, which builds see. */
      readonly folder?: string;
    }
  /** They can offer something else at any time: nothing that asked them stands for a later build. */
  | { readonly kind: 'open' }
  /** The lab's is not there. */
  | { readonly kind: 'missing'; readonly file: string };

/** The repositories' part in a key. */
export function repositoryDigest(state: RepositoryState): string {
  return state.kind === 'fixed' ? state.digest : state.kind;
}
