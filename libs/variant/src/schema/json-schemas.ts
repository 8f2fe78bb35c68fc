import * as z from 'zod';
import { lockFileSchema } from '../lock-file/schema';
import { NAME, RESERVED_OPTIONS } from '../names';
import {
  GROUP_DESCRIPTIONS,
  GROUP_KEYS,
  LIST_KEY_DESCRIPTIONS,
  LIST_KEYS,
  RELEASE_KEY_DESCRIPTIONS,
  RELEASE_KEYS,
  shownKey,
  type ListKey,
} from '../packages-file/keys';
import { ITEM_SCHEMAS, RELEASE_VALUE_SCHEMAS } from '../packages-file/values';
import { ARCHITECTURES } from '../platform';
import { variantFileSchema } from '../variant-file/schema';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DIALECT = 'http://json-schema.org/draft-07/schema#';
const ARCHITECTURE = `(?:${ARCHITECTURES.join('|')})`;
const RELEASE = '[1-9][0-9]*';
const OPTION = `(?!(?:${RESERVED_OPTIONS.join('|')})(?:_|$))${NAME}`;

/** The JSON Schema of variant.yaml, for editors. */
export function variantJsonSchema(): JsonSchema {
  return fromZod(variantFileSchema);
}

/** The JSON Schema of packages.lock.yaml, for editors. */
export function lockJsonSchema(): JsonSchema {
  return fromZod(lockFileSchema);
}

/**
 * The JSON Schema of packages.yaml, for editors. Which options and releases there are is known to a workspace only: keys
 * and sections are checked by their form here.
 */
export function packagesJsonSchema(): JsonSchema {
  const plain = LIST_KEYS.filter((key) => !key.includes('.'));
  const groups = GROUP_KEYS.map((group) => {
    const keys = LIST_KEYS.filter((key) => key.startsWith(`${group}.`));
    return [group, { description: GROUP_DESCRIPTIONS[group], ...listKeys(keys, {}) }] as const;
  });
  const values = RELEASE_KEYS.map((key) => {
    const value = withoutDialect(fromZod(RELEASE_VALUE_SCHEMAS[key]));
    const schema = { ...mapOrNothing, patternProperties: { [`^${RELEASE}$`]: value } };
    return [key, { description: RELEASE_KEY_DESCRIPTIONS[key], ...schema }] as const;
  });
  return {
    $schema: DIALECT,
    title: 'packages.yaml',
    description: 'Repositories, packages, files and services of an image, in the format of Immutablue',
    type: 'object',
    properties: {
      immutablue: {
        description: 'Everything in the file stands below this key',
        ...listKeys(plain, Object.fromEntries<JsonSchema>([...groups, ...values])),
      },
    },
    required: ['immutablue'],
    additionalProperties: false,
    definitions: Object.fromEntries(LIST_KEYS.map((key) => [key, sections(key)])),
  };
}

const mapOrNothing = { type: ['object', 'null'], additionalProperties: false };

/** Keys of lists by themselves, for completion, and with their suffixes. */
function listKeys(keys: readonly ListKey[], others: JsonSchema): JsonSchema {
  const lists = keys.map((key) => {
    const definition = { $ref: `#/definitions/${key}` };
    // Editors ignore what stands beside a `$ref` in this dialect.
    return { name: shownKey(key), schema: { description: LIST_KEY_DESCRIPTIONS[key], allOf: [definition] } };
  });
  return {
    ...mapOrNothing,
    properties: { ...Object.fromEntries(lists.map(({ name, schema }) => [name, schema])), ...others },
    patternProperties: Object.fromEntries(
      lists.map(({ name, schema }) => [`^${name}(?:_${OPTION})?(?:_${ARCHITECTURE})?$`, schema]),
    ),
  };
}

/** The sections of a list. */
function sections(key: ListKey): JsonSchema {
  const list = withoutDialect(fromZod(z.array(ITEM_SCHEMAS[key] as z.ZodType).nullable()));
  return {
    ...mapOrNothing,
    // For completion; checked by the pattern.
    properties: { all: { description: 'For every release and architecture' } },
    patternProperties: { [`^(?:all|${RELEASE})(?:_${ARCHITECTURE})?$`]: list },
  };
}

function fromZod(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));
}
