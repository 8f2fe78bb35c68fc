import { renderDiagnostic } from '@immutablue/diagnostics';
import * as z from 'zod';
import { checkNode } from './issues';
import { readYaml } from './read-yaml';

const schema = z.strictObject({
  map: z.record(z.string().regex(/^\d+$/, 'expected a number'), z.string()).optional(),
  bare: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
  short: z.string().max(2).optional(),
  few: z.array(z.string()).max(1).optional(),
  small: z.number().max(3).optional(),
  either: z.union([z.string(), z.strictObject({ a: z.string() })]).optional(),
  address: z.url().optional(),
  step: z.number().multipleOf(2).optional(),
  pair: z.tuple([z.string()]).optional(),
  one: z.literal('a').optional(),
});

it.each([
  ['map: {x: a}', '`x`: expected a number', '1:7'],
  ['bare: {x: a}', '`x`: ', '1:8'],
  ['short: abc', 'another form', '1:8'],
  ['few: [a, b]', 'another form', '1:6'],
  ['small: 4', 'another form', '1:8'],
  ['either: 7', 'another form', '1:9'],
  ['address: x', 'another form', '1:10'],
  ['step: 3', 'another form', '1:7'],
  ['pair: 7', 'expected a list', '1:7'],
  ['one: b', 'is not one of', '1:6'],
  ['map: 7', 'expected a map', '1:6'],
])('says of %j in its own words what is wrong, at its place', (text, said, place) => {
  const { root } = readYaml('/w/file.yaml', text);
  if (root === undefined) throw new Error('the text is no YAML');
  const { diagnostics } = checkNode(schema, root);
  const rendered = diagnostics.map((one) => renderDiagnostic(one, { root: '/w', colors: 'never' })).join('\n');
  expect(rendered).toContain(said);
  expect(rendered).toContain(`--> file.yaml:${place}\n`);
  expect(rendered).not.toMatch(/invalid|too (?:big|small)|received|expected (?:tuple|record)|match/i);
});
