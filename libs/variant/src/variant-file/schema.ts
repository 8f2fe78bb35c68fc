import * as z from 'zod';
import { COMPONENT, IMAGE_NAME_LENGTH, REGISTRY } from '../image-name';
import { buildOptionSchema, NAME, NAME_LENGTH, secretNameSchema, variantNameSchema } from '../names';
import { PLATFORMS } from '../platform';
import { quoted } from '../quoted';
import { absolutePathSchema, LINE_LENGTH, modeSchema, patternedString } from '../schema/patterned-string';

/** As in {@link tagSchema}, with places for the release, which has fewer characters than what stands for it. */
const TAG = '(?=[^@]{1,128}(?:@|$))(?:[A-Za-z0-9_]|\\{release\\})(?:[A-Za-z0-9._-]|\\{release\\})*';

const fromSchema = patternedString({
  pattern: new RegExp(
    `^(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*|${REGISTRY}(?:/${COMPONENT})+(?::${TAG})?(?:@sha256:[0-9a-f]{64})?)$`,
  ),
  what: 'a name of a variant or a reference of an image',
  hint: 'a variant, like `base`, or an upstream image with its registry, like `quay.io/fedora-ostree-desktops/silverblue`',
  // A tag, and a digest, may follow the name.
  maxLength: IMAGE_NAME_LENGTH + ':'.length + 128 + '@sha256:'.length + 64,
}).check((context) => {
  const name = context.value.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  if (name.length <= IMAGE_NAME_LENGTH) return;
  context.issues.push({
    code: 'custom',
    message: `${quoted(name)} has ${name.length} characters: the name of an image with its registry has at most ${IMAGE_NAME_LENGTH}`,
    input: context.value,
  });
});

const imageSchema = patternedString({
  pattern: new RegExp(`^${COMPONENT}$`),
  what: 'a name of an image',
  hint: 'lowercase letters, digits and separators, without registry and tag',
  maxLength: IMAGE_NAME_LENGTH,
});

const lineOfText = (what: string) =>
  patternedString({ pattern: /^[^\u0000-\u001f\u007f]+$/, what, hint: 'one line of text', maxLength: LINE_LENGTH });

/** The highest number that a user or group can have: the one after it means "leave as it is" to chown(2). */
const HIGHEST_ID = 0xffff_fffe;

const ownerSchema = patternedString({
  pattern: /^(?:[a-z_][a-z0-9_-]{0,31}|0|[1-9][0-9]*)$/,
  what: 'a name or number of a user or group',
  hint: 'a name like root, or a number in quotes',
  maxLength: 32,
}).check((context) => {
  if (!/^[0-9]+$/.test(context.value) || Number(context.value) <= HIGHEST_ID) return;
  context.issues.push({
    code: 'custom',
    message: `there is no user or group with the number ${quoted(context.value)}`,
    params: { hint: `the highest is ${HIGHEST_ID}` },
    input: context.value,
  });
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
    maxLength: NAME_LENGTH,
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
      description:
        'What the image is FROM: a variant, or an upstream image (without a tag, the release is the tag; in a tag, `{release}` is the release)',
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
