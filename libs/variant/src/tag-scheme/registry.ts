import * as z from 'zod';
import type { ImagePlace, TagScheme } from './scheme';
import { upstream } from './upstream';
import { variants } from './variants';

/** Every scheme that nx.json can name. A new one is a file beside these, and a line here. */
const TAG_SCHEMES = { variants, upstream } as const satisfies Record<string, TagScheme>;

export const tagSchemeSchema = z.enum(Object.keys(TAG_SCHEMES) as [TagSchemeName, ...TagSchemeName[]]);
export type TagSchemeName = keyof typeof TAG_SCHEMES;

/** Where the image of a variant is published under the settings. */
export function imagePlace(
  { imageName }: { readonly imageName: string },
  { tags }: { readonly tags: TagSchemeName },
): ImagePlace {
  return TAG_SCHEMES[tags](imageName);
}
