import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIST_KEYS } from '../packages-file/keys';
import { parseListKey } from '../packages-file/parse-key';
import { buildOptions } from '../testing/names';
import { lockJsonSchema, packagesJsonSchema, variantJsonSchema } from './json-schemas';

interface KeysSchema {
  readonly properties: Readonly<Record<string, { readonly allOf?: readonly [{ readonly $ref: string }] }>>;
  readonly patternProperties: Readonly<Record<string, { readonly allOf: readonly [{ readonly $ref: string }] }>>;
}
const { immutablue } = packagesJsonSchema()['properties'] as { immutablue: KeysSchema };

/** The definitions that an editor checks the value of a key with. */
function definitionsFor(key: string): readonly string[] {
  return Object.entries(immutablue.patternProperties)
    .filter(([pattern]) => new RegExp(pattern, 'u').test(key))
    .map(([, schema]) => schema.allOf[0].$ref.replace('#/definitions/', ''));
}

describe('the JSON Schemas', () => {
  it.each([
    ['variant', variantJsonSchema],
    ['packages', packagesJsonSchema],
    ['packages.lock', lockJsonSchema],
  ])('%s.schema.json is what the sources give: `npx nx run variant:schemas` writes it', (name, schema) => {
    const committed: unknown = JSON.parse(readFileSync(join(__dirname, `../../schemas/${name}.schema.json`), 'utf8'));
    expect(committed).toEqual(schema());
  });

  it('take keys apart as the library does', () => {
    const options = buildOptions('gui', 'cyan', 'post');
    const candidates = LIST_KEYS.filter((key) => !key.includes('.'));
    for (const key of candidates) {
      for (const suffix of ['', '_gui', '_post', '_x86_64', '_aarch64', '_cyan_x86_64', '_x86_64_cyan', '_', '_a_b']) {
        const parsed = parseListKey(`${key}${suffix}`, { candidates, others: [], options });
        expect([`${key}${suffix}`, ...definitionsFor(`${key}${suffix}`)]).toEqual([
          `${key}${suffix}`,
          ...(parsed.kind === 'list' ? [parsed.key] : []),
        ]);
      }
    }
  });

  it.each([
    ['rpm_rm', ['rpm_rm']],
    ['rpm_build-a-blue', ['rpm']],
    ['rpm_Cyan', []],
    ['rmp', []],
    ['lts_version', []],
  ])('%s is checked as %j by form', (key, definitions) => {
    expect(definitionsFor(key)).toEqual(definitions);
  });

  it('describe every key, for completion', () => {
    for (const [, schema] of Object.entries(immutablue.properties)) expect(schema).toHaveProperty('description');
  });
});
