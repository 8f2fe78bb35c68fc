import * as z from 'zod';
import { executorsJson, optionHelp, schemaJson } from './nx-files';
import { flag, textOrNumber } from './options';

const paint = {
  name: 'paint',
  description: 'Paints a wall',
  options: z.strictObject({
    release: textOrNumber.pipe(z.string().min(1)).optional().describe('Which one'),
    color: z.enum(['blue', 'cyan']).default('blue').describe('Of the paint'),
    coats: z.int().min(1).optional().describe('How many'),
    dryRun: flag('Only say it'),
  }),
  hasher: 'hashPaint',
};

it('writes the schema by which Nx checks what a user types', () => {
  const { properties, ...schema } = schemaJson(paint) as { properties: Record<string, Record<string, unknown>> };
  const typed = Object.entries(properties).map(([name, { anyOf, ...property }]) => {
    // Whatever is typed reaches this workspace, which says what is wrong with it.
    expect(anyOf).toEqual([{ type: ['string', 'number', 'boolean'] }, { type: 'array' }]);
    return [name, property];
  });
  expect({ ...schema, properties: Object.fromEntries(typed) as unknown }).toMatchInlineSnapshot(`
   {
     "$schema": "https://json-schema.org/schema",
     "additionalProperties": true,
     "description": "Paints a wall",
     "properties": {
       "coats": {
         "description": "How many",
         "maximum": 9007199254740991,
         "minimum": 1,
         "type": "integer",
       },
       "color": {
         "default": "blue",
         "description": "Of the paint",
         "enum": [
           "blue",
           "cyan",
         ],
         "type": "string",
       },
       "dry-run": {
         "aliases": [
           "dryRun",
         ],
         "default": false,
         "description": "Only say it",
         "type": "boolean",
       },
       "release": {
         "description": "Which one",
         "type": [
           "string",
           "number",
         ],
       },
     },
     "title": "paint",
     "type": "object",
     "version": 2,
   }
  `);
});

it('names options in help as they are typed', () => {
  expect(Object.keys(optionHelp(paint))).toEqual(['release', 'color', 'coats', 'dry-run']);
});

it('tells Nx where an executor, its schema and its hasher are', () => {
  const files = { executors: './src/entry.cjs', hashers: './src/hashers.cjs', schemas: './schemas' };
  const look = { name: 'look', description: 'Looks at a wall', options: z.strictObject({}) };
  expect(executorsJson([paint, look], files)).toMatchInlineSnapshot(`
   {
     "executors": {
       "look": {
         "description": "Looks at a wall",
         "implementation": "./src/entry.cjs#look",
         "schema": "./schemas/look.json",
       },
       "paint": {
         "description": "Paints a wall",
         "hasher": "./src/hashers.cjs#hashPaint",
         "implementation": "./src/entry.cjs#paint",
         "schema": "./schemas/paint.json",
       },
     },
   }
  `);
});
