import { joinPathFragments } from '@nx/devkit';

/** The name of a variant's package. */
export function packageNameOf(variant: string): string {
  return `@immutablue/${variant}`;
}

/** The name of a variant's image when its variant.yaml does not state one. */
export function imageNameOf(variant: string): string {
  return `immutablue-${variant}`;
}

/** What the generator creates, relative to the workspace's folder. */
export function placesOf(variant: string, variants: string): { readonly root: string; readonly changeset: string } {
  return { root: joinPathFragments(variants, variant), changeset: joinPathFragments('.changeset', `${variant}.md`) };
}
