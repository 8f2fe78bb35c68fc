import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockJsonSchema, packagesJsonSchema, variantJsonSchema } from './json-schemas';

/** Writes the JSON Schemas that the YAML files of variants name in their first line: `nx run variant:schemas`. */
const directory = join(__dirname, '../../schemas');
mkdirSync(directory, { recursive: true });
for (const [name, schema] of [
  ['variant', variantJsonSchema()],
  ['packages', packagesJsonSchema()],
  ['packages.lock', lockJsonSchema()],
] as const) {
  writeFileSync(join(directory, `${name}.schema.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
}
