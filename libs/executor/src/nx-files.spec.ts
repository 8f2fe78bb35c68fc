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
  expect(schemaJson(paint)).toMatchInlineSnapshot(`
   {
     "$schema": "https://json-schema.org/schema",
     "additionalProperties": true,
     "description": "Paints a wall",
     "properties": {
       "coats": {
         "anyOf": [
           {
             "type": [
               "string",
               "number",
               "boolean",
             ],
           },
           {
             "type": "array",
           },
         ],
         "description": "How many",
         "maximum": 9007199254740991,
         "minimum": 1,
         "type": "integer",
       },
       "color": {
         "anyOf": [
           {
             "type": [
               "string",
               "number",
               "boolean",
             ],
           },
           {
             "type": "array",
           },
         ],
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
         "anyOf": [
           {
             "type": [
               "string",
               "number",
               "boolean",
             ],
           },
           {
             "type": "array",
           },
         ],
         "default": false,
         "description": "Only say it",
         "type": "boolean",
       },
       "release": {
         "anyOf": [
           {
             "type": [
               "string",
               "number",
               "boolean",
             ],
           },
           {
             "type": "array",
           },
         ],
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
