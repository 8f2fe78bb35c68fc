import { renderError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { flag, parseOptions, textOrNumber } from './options';

const schema = z.strictObject({
  name: z.string(),
  release: textOrNumber.optional(),
  dryRun: flag('Only say it'),
  onFailure: z.enum(['remove', 'keep']).optional(),
  timeout: z.int().min(1).optional(),
  color: z.custom<string>((value) => value === 'blue', 'expected a color').optional(),
});

it('takes digits as text, and completes what is not given', () => {
  expect(parseOptions(schema, { name: 'x', release: 43 })).toEqual({ name: 'x', release: '43', dryRun: false });
});

it.each<[object, string]>([
  [{ release: true }, '`--release`: expected a text or a number, found none'],
  [{ release: [1, 2] }, '`--release`: expected a text or a number, found `1 2`'],
  [{ dryRun: 'perhaps' }, '`--dry-run`: expected no value, `true` or `false`, found `perhaps`'],
  [{ onFailure: 'kepe' }, '`--on-failure`: expected one of `remove`, `keep`, found `kepe`'],
  [{ onFailure: '\u001b[2J' }, '`--on-failure`: expected one of `remove`, `keep`, found `\\x1b[2J`'],
  [{ timeout: 'abc' }, '`--timeout`: expected a whole number of at least 1, found `abc`'],
  [{ timeout: 0 }, '`--timeout`: expected a whole number of at least 1, found `0`'],
  [{ color: 'x' }, '`--color`: expected a color'],
  [{ relase: 43 }, 'there is no option `--relase`\n  hint: did you mean `--release`?'],
  [{ _: ['teal'] }, 'expected an option, found `teal`'],
])('says in its own words what is wrong with %j', (options, said) => {
  let rendered = '';
  try {
    parseOptions(schema, { name: 'x', ...options });
  } catch (error) {
    rendered = renderError(error, { root: '/', colors: 'never' });
  }
  expect(rendered).toContain(said);
  expect(rendered).not.toMatch(/invalid|received|schema|pattern/i);
});

it('names an option that is missing', () => {
  expect(() => parseOptions(schema, {})).toThrow('the option `--name` is missing');
});

it("takes Nx's own --verbose", () => {
  expect(parseOptions(schema, { name: 'x', verbose: true })).toMatchObject({ name: 'x' });
});
