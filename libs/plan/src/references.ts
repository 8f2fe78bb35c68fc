import { upstreamProfile, upstreamReference, type ImageSettings, type Variant } from '@immutablue/variant';
import type { BuildSelection, PlanInput, PlannedParent } from './model';

/** The name of a variant's image: in the registry of the settings, or on this machine alone for the lab. */
export function imageReference(variant: Variant, settings: ImageSettings, selection: BuildSelection): string {
  switch (selection.upstream) {
    case 'lab':
      return `localhost/immutablue/${variant.imageName}:${selection.release}`;
    case 'fedora':
      return `${settings.registry}/${variant.imageName}:${selection.release}`;
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
