import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootChecksJsonSchema } from '../checks-file/schema';

describe('the JSON Schema', () => {
  it('is what the sources give: `npx nx run boot:schemas` writes it', () => {
    const file = join(__dirname, '../../schemas/boot-checks.schema.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(bootChecksJsonSchema());
  });
});
