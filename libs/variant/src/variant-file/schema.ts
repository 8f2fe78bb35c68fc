import * as z from 'zod';
import { buildOptionSchema, NAME, secretNameSchema, variantNameSchema } from '../names';
import { PLATFORMS } from '../platform';
import { absolutePathSchema, modeSchema, patternedString } from '../schema/patterned-string';

/** Components of an image's name as the OCI distribution specification has them. */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REGISTRY = '[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?';
const TAG = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';

const fromSchema = patternedString({
  pattern: new RegExp(
    `^(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*|${REGISTRY}(?:/${COMPONENT})+(?::${TAG})?(?:@sha256:[0-9a-f]{64})?)$`,
  ),
  what: 'a name of a variant or a reference of an image',
  hint: 'a variant, like `base`, or an upstream image with its registry, like `quay.io/fedora-ostree-desktops/silverblue`',
});

const imageSchema = patternedString({
  pattern: new RegExp(`^${COMPONENT}$`),
  what: 'a name of an image',
  hint: 'lowercase letters, digits and separators, without registry and tag',
});

const lineOfText = (what: string) =>
  patternedString({ pattern: /^[^\u0000-\u001f\u007f]+$/, what, hint: 'one line of text' });

const ownerSchema = patternedString({
  pattern: /^(?:[a-z_][a-z0-9_-]{0,31}|[0-9]{1,10})$/,
  what: 'a name or number of a user or group',
  hint: 'a name like root, or a number in quotes',
});

const permissionSchema = z.strictObject({
  path: absolutePathSchema.meta({ description: 'The absolute path of an override in the image' }),
  mode: modeSchema
    .optional()
    .meta({ description: "Permission bits as an octal number in quotes, like '0440'; the file's own when absent" }),
  owner: ownerSchema.optional().meta({ description: 'Name or number of the owner; root when absent' }),
  group: ownerSchema.optional().meta({ description: 'Name or number of the group; root when absent' }),
});

const allowedFindingSchema = z.strictObject({
  check: patternedString({
    pattern: new RegExp(`^${NAME}$`),
    what: 'a name of a check',
    hint: 'the name that `nx test` prints, like `var-log`',
  }).meta({ description: 'The check of `nx test` that finds it, like var-log' }),
  path: absolutePathSchema
    .optional()
    .meta({ description: 'The path in the image, with all that is below it; every finding of the check when absent' }),
  reason: lineOfText('a reason').meta({ description: 'Why it is right as it is; `nx test` shows it' }),
});

/** variant.yaml */
export const variantFileSchema = z
  .strictObject({
    name: variantNameSchema.meta({ description: "The variant's name: that of its folder" }),
    description: lineOfText('a description').meta({
      description: 'What the image is, in one line; becomes a label of the image',
    }),
    from: fromSchema.meta({
      description: 'What the image is FROM: a variant, or an upstream image (without a tag, the release is the tag)',
    }),
    apply: z.array(variantNameSchema).optional().meta({
      description: "Variants whose sub-stages run first, under this variant's build options; only on an upstream image",
    }),
    image: imageSchema
      .optional()
      .meta({ description: "The image's name without registry and tag; `immutablue-<name>` when absent" }),
    options: z
      .array(buildOptionSchema)
      .optional()
      .meta({ description: "The variant's own build options; its parent's come before them" }),
    platforms: z
      .array(z.enum(PLATFORMS))
      .min(1, { error: 'a variant needs a platform' })
      .optional()
      .meta({ description: 'The platforms that the image can be built for; linux/amd64 when absent' }),
    permissions: z
      .array(permissionSchema)
      .optional()
      .meta({ description: "Mode and owner of overrides, where they differ from the files' own mode and root" }),
    secrets: z.array(secretNameSchema).optional().meta({
      description:
        'Secrets that its scripts and dep-builder may ask for with a header `# secrets:`; a build is given their values',
    }),
    allow: z
      .array(allowedFindingSchema)
      .optional()
      .meta({ description: 'Findings of `nx test` that are right as they are, each with the reason' }),
  })
  .meta({ title: 'variant.yaml', description: 'An image of the Immutablue family' });
