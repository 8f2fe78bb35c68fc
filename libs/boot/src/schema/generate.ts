import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootChecksJsonSchema } from '../checks-file/schema';

/** Writes the JSON Schema that boot-checks.yaml names in its first line: `nx run boot:schemas`. */
const directory = join(__dirname, '../../schemas');
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, 'boot-checks.schema.json'), `${JSON.stringify(bootChecksJsonSchema(), undefined, 2)}\n`);
