import { renderError } from '@immutablue/diagnostics';
import * as z from 'zod';
import { flag, parseOptions, textOrNumber } from './options';

const schema = z.strictObject({ release: textOrNumber.optional(), dryRun: flag('Only say it') });

it('takes digits as text, and completes what is not given', () => {
  expect(parseOptions(schema, { release: 43 })).toEqual({ release: '43', dryRun: false });
});

it('names each option that is wrong as it is typed', () => {
  let rendered = '';
  try {
    parseOptions(schema, { release: true, dryRun: 'perhaps' });
  } catch (error) {
    rendered = renderError(error, { root: '/', colors: 'never' });
  }
  expect(rendered).toMatchInlineSnapshot(`
   "error[yaml/wrong-value]: the option --release: Invalid input

   error[yaml/wrong-value]: the option --dry-run: Invalid input: expected boolean, received string"
  `);
});
