import { checkedValue, parseFamily } from '@immutablue/variant';
import { parsePluginOptions } from '../../../shared/settings';
import { createPipeline, type VariantsQuery } from '../pipeline/create-pipeline';
import type { Pipeline } from '../pipeline/pipeline';

const UPSTREAM = 'quay.io/fedora-ostree-desktops/silverblue';

/** A base, two generations on it, one on base beside them, one for another architecture, and one for both. */
export const FAMILY: Readonly<Record<string, string>> = {
  base: `from: ${UPSTREAM}`,
  cyan: 'from: base\nsecrets: [mok-key]',
  teal: 'from: cyan',
  navy: 'from: base',
  asahi: 'from: quay.io/asahi/silverblue\napply: [base]\nplatforms: [linux/arm64]',
  wide: `from: ${UPSTREAM}\nplatforms: [linux/amd64, linux/arm64]`,
  broad: 'from: wide\nplatforms: [linux/amd64, linux/arm64]',
};

/** The pipeline of a family. @param options of the plugin, besides `releases`. */
export function pipelineOf(
  options: Readonly<Record<string, unknown>>,
  variants: Readonly<Record<string, string>> = FAMILY,
): Pipeline {
  const { ci, ...parsed } = parsePluginOptions({ releases: ['44', '43'], ...options });
  if (ci === undefined) throw new Error('`ci` is missing among the options');
  return createPipeline({ ...variantsOf(variants), options: { ...parsed, ci }, defaultBranch: 'main' });
}

/** A family, and what Nx calls its variants. */
export function variantsOf(variants: Readonly<Record<string, string>>): Pick<VariantsQuery, 'family' | 'projectOf'> {
  const files = Object.entries(variants).map(([name, yaml]) => ({
    file: `/w/packages/${name}/variant.yaml`,
    text: `name: ${name}\ndescription: An image\n${yaml}\n`,
  }));
  return {
    family: checkedValue(parseFamily(files)),
    projectOf: (variant) => (variant === 'navy' ? '@org/navy' : variant),
  };
}
