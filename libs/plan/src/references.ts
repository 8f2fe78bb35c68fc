import { upstreamProfile, upstreamReference, type ImageSettings, type Variant } from '@immutablue/variant';
import type { BuildSelection, PlanInput, PlannedParent } from './model';

/** The name of a variant's image: in the registry of the settings, or on this machine alone for the lab. */
export function imageReference(variant: Variant, settings: ImageSettings, selection: BuildSelection): string {
  return `${imageNameWithRegistry(variant, settings, selection)}:${selection.release}`;
}

/** The same without its tag. */
export function imageNameWithRegistry(
  { imageName }: Variant,
  { registry }: ImageSettings,
  { upstream }: Pick<BuildSelection, 'upstream'>,
): string {
  switch (upstream) {
    case 'lab':
      return `localhost/immutablue/${imageName}`;
    case 'fedora':
      return `${registry}/${imageName}`;
  }
}

/** What the image is FROM, mapped by the upstream profile. */
export function plannedParent(input: PlanInput): PlannedParent {
  const { from } = input.variant;
  switch (from.kind) {
    case 'variant':
      return { kind: 'variant', variant: from.name, reference: input.parentReference ?? '' };
    case 'upstream': {
      const original = upstreamReference(from.reference, input.release);
      return { kind: 'upstream', original, reference: upstreamProfile(input.upstream).mapImage(original) };
    }
  }
}
