import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { securityDocument } from './security';

/** Writes the parts of docs/security.md that the code says: `nx run workspace:security`. */
const file = join(__dirname, '../../../../docs/security.md');
writeFileSync(file, securityDocument(readFileSync(file, 'utf8')));
