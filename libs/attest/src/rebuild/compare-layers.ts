import type { Diagnostic } from '@immutablue/diagnostics';
import type { Digest, ImageDetails } from '@immutablue/oci';
import { tryChangesBetween } from '@immutablue/stage-runner';
import type { PulledImage } from '../verify/pull';

const SHOWN = 10;

/** What a published image and one that was built again have in common. */
export type Rebuilt =
  { readonly kind: 'same'; readonly layers: number } | { readonly kind: 'different'; readonly diagnostic: Diagnostic };

/** Compares a published image with one that was built again, by the diffIDs of their layers. */
export async function compareLayers(published: PulledImage, rebuilt: ImageDetails, variant: string): Promise<Rebuilt> {
  const [before, after] = [published.layers, rebuilt.layers];
  const numbers = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).filter(
    (index) => before[index] !== after[index],
  );
  if (numbers.length === 0) return { kind: 'same', layers: after.length };
  const layers = numbers.map(
    (index) => `layer ${index + 1}: ${shown(before[index])} published, ${shown(after[index])} here`,
  );
  const diagnostic: Diagnostic = {
    code: 'attest/not-reproduced',
    message: `built again from the same, the image of \`${variant}\` is another one`,
    notes: [...layers, ...(await paths(published, before, after))],
    hint: 'does a script write a time, a random number, or what a server has given?',
  };
  return { kind: 'different', diagnostic };
}

/** The store tells what a layer holds once it has it. */
async function paths(published: PulledImage, before: readonly Digest[], after: readonly Digest[]) {
  const changes = await tryChangesBetween(before, after);
  if (changes === undefined) {
    const { registry, repository, digest } = published;
    return [`at which paths is known when the image is here: buildah pull ${registry}/${repository}@${digest}`];
  }
  const more = changes.length > SHOWN ? [`… and ${changes.length - SHOWN} more paths`] : [];
  return [...changes.slice(0, SHOWN).map(({ path }) => `${path} is different`), ...more];
}

function shown(digest: Digest | undefined): string {
  return digest === undefined ? 'none' : digest.slice(0, 'sha256:'.length + 12);
}
