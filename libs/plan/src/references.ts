import {
  imagePlace,
  onThisMachine,
  upstreamProfile,
  upstreamReference,
  type ImageSettings,
  type Variant,
} from '@immutablue/variant';
import type { BuildSelection, PlanInput, PlannedParent } from './model';

type Image = Pick<Variant, 'imageName'>;

/**
 * The name of a variant's image on this machine: in the registry of the settings, or for the lab one that no registry can have. A
 * registry has one name for all architectures, the store needs one for each.
 */
export function imageReference(variant: Image, settings: ImageSettings, selection: BuildSelection): string {
  const name = imageNameWithRegistry(variant, settings, selection);
  return onThisMachine(`${name}:${selection.release}`, selection.architecture);
}

/** The same without its tag. */
export function imageNameWithRegistry(
  { imageName }: Image,
  settings: Pick<ImageSettings, 'registry'>,
  selection: Pick<BuildSelection, 'upstream'>,
): string {
  return `${namespace(settings, selection)}/${imageName}`;
}

/** The name under which hosts follow a variant's image, for all its architectures. */
export function publishedReference(variant: Image, settings: ImageSettings, selection: BuildSelection): string {
  const { repository, flavour } = imagePlace(variant, settings);
  const tag = flavour === undefined ? selection.release : `${selection.release}-${flavour}`;
  return `${namespace(settings, selection)}/${repository}:${tag}`;
}

/** What the image is FROM, mapped by the upstream profile. */
export function plannedParent(input: PlanInput): PlannedParent {
  const { from, settings } = input;
  switch (from.kind) {
    case 'variant':
      return {
        kind: 'variant',
        variant: from.variant.name,
        reference: imageReference(from.variant, settings, input),
      };
    case 'upstream': {
      const original = upstreamReference(from.reference, input.release);
      const reference = upstreamProfile(input.upstream).mapImage(original, input.architecture);
      return { kind: 'upstream', original, reference };
    }
  }
}

/** What {@link plannedParent} is called where others can find it, too. */
export function publishedParent(input: PlanInput): string {
  const { from, settings } = input;
  return from.kind === 'variant' ? publishedReference(from.variant, settings, input) : plannedParent(input).reference;
}

function namespace({ registry }: Pick<ImageSettings, 'registry'>, { upstream }: Pick<BuildSelection, 'upstream'>) {
  switch (upstream) {
    case 'lab':
      return 'localhost/immutablue';
    case 'fedora':
      return registry;
  }
}
