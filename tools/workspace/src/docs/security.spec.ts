import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countInputs, securityDocument } from './security';

const committed = readFileSync(join(__dirname, '../../../../docs/security.md'), 'utf8');

/** How wide the columns of a table are is Prettier's matter. */
const withoutWidths = (text: string) => text.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');

describe('docs/security.md', () => {
  it('has the places and the counts of the code: `npx nx run workspace:security` writes them', () => {
    expect(withoutWidths(committed)).toBe(withoutWidths(securityDocument(committed)));
  });

  it.each([
    ['a place', '`/proc`', '`/other`'],
    ['a reason', 'is mounted over when the system runs', 'is a good place'],
    ['a count', `| all `, `| none `],
  ])('is written again where %s is another one', (_, right, wrong) => {
    const changed = committed.replace(right, wrong);
    expect(changed).not.toBe(committed);
    expect(withoutWidths(securityDocument(changed))).toBe(withoutWidths(committed));
  });

  it('cannot be written without the comments between which that stands', () => {
    expect(() => securityDocument('# Security\n')).toThrow('is missing');
  });
});

it('knows at least 200 hostile inputs', () => {
  expect(countInputs()).toBeGreaterThanOrEqual(200);
});
