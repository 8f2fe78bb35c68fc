import { type Diagnostic, type SourceLocation } from '@immutablue/diagnostics';
import { quoted } from './quoted';

/**
 * A component of an image's name:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';

/** The host name of a registry, with its port if need be. */
export const REGISTRY = '[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?';

/** How many characters registry and name have at most, together: what the specification says that many clients take. */
export const IMAGE_NAME_LENGTH = 255;

/**
 * Whether registries take an image's name.
 *
 * @param name with registry and namespace, without a tag.
 * @param location where a variant gives the image its name.
 */
export function checkImageName(name: string, location?: SourceLocation): readonly Diagnostic[] {
  if (name.length <= IMAGE_NAME_LENGTH) return [];
  return [
    {
      code: 'family/image-name',
      message: `the image ${quoted(name)} has a name of ${name.length} characters: registries take ${IMAGE_NAME_LENGTH}`,
      ...(location === undefined ? {} : { location }),
      hint: `shorten \`image:\`, or the registry with its namespace, by ${name.length - IMAGE_NAME_LENGTH}`,
    },
  ];
}
