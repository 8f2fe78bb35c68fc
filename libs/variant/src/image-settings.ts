import * as z from 'zod';
import { COMPONENT, IMAGE_NAME_LENGTH, REGISTRY } from './image-name';
import { isRelease, type Release } from './names';
import { tagSchemeSchema } from './tag-scheme/registry';

const release = z.custom<Release>(
  (value) => typeof value === 'string' && isRelease(value),
  'expected a Fedora release, like `"44"`',
);

const REGISTRY_AND_NAMESPACE = new RegExp(`^${REGISTRY}(?:/${COMPONENT})+$`);

/** An image has a name of at least one letter behind it. */
const REGISTRY_LENGTH = IMAGE_NAME_LENGTH - 2;

/** Relative, without `..`. */
const FILE_BELOW = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\u0000-\u001f]+$/;

/** Settings of all images of a workspace; in nx.json they are the options of the plugin `@immutablue/nx`. */
export const imageSettingsSchema = z.strictObject({
  /** Where images are pushed to, and the first part of their names: registry and namespace. */
  registry: z
    .string()
    .refine(
      (text) => text.length <= REGISTRY_LENGTH && REGISTRY_AND_NAMESPACE.test(text),
      `expected a registry and a namespace, like \`quay.io/immutablue\`, with at most ${REGISTRY_LENGTH} characters`,
    )
    .default('quay.io/immutablue'),
  /** How published images are named: each in a repository of its own, or as upstream Immutablue's are. */
  tags: tagSchemeSchema.default('variants'),
  /** How the layers of published images are compressed. */
  compression: z.enum(['gzip', 'zstd']).default('gzip'),
  /** The Fedora releases that are built, newest first. The first is built when none is named, and is the one tagged `latest`. */
  releases: z.tuple([release], release),
  /** Where the sources of the images are, for the label `org.opencontainers.image.source`. */
  source: z.url().optional(),
  /** The licence label of the images, as an SPDX expression. */
  licenses: z.string().default('Apache-2.0'),
  /** What the operating system calls itself in os-release, for people (`NAME`) and for programs (`ID`). */
  osName: z
    .string()
    .regex(/^[^"`$\\\u0000-\u001f]+$/, 'expected a name without quotes')
    .default('Immutablue'),
  osId: z
    .string()
    .regex(/^[a-z0-9._-]+$/, 'expected lower-case letters, digits, `.`, `_` and `-`')
    .default('immutablue'),
  /**
   * How images are signed. `publicKey`: the file of the key by which hosts check them, relative to the workspace root. `bundles`:
   * whether publications also have Sigstore bundles, which hosts do not read.
   */
  signing: z
    .strictObject({
      publicKey: z
        .string()
        .refine((text) => FILE_BELOW.test(text), 'expected the path of a file below the workspace root'),
      bundles: z.boolean().exactOptional(),
    })
    .optional(),
  /** Where variants live, relative to the workspace root. */
  variants: z.string().default('packages'),
});

export type ImageSettings = z.output<typeof imageSettingsSchema>;
