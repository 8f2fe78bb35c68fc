import { hintForUnknownName, quoteNames, visible, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import * as z from 'zod';

/** A switch that is off unless it is given. */
export function flag(description: string) {
  return z.boolean().default(false).describe(description);
}

/** Text, where a command line gives a number for digits alone: `--release=43`. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/**
 * Checks the options of an executor or a generator, and completes them. Nx lets everything pass; see `lenient`.
 *
 * @throws {DiagnosticError} `options/wrong` for each option that there is not, that is missing, or that has a wrong value.
 */
export function parseOptions<Schema extends z.ZodObject>(schema: Schema, options: unknown): z.output<Schema> {
  const given = fromNx(options);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throwIfAny(parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, given)));
  throw new Error('a failed check has an issue', { cause: parsed.error });
}

/** The options by the keys of a schema. Nx names them as they are typed, and adds its own `--verbose`. */
function fromNx(options: unknown): Readonly<Record<string, unknown>> {
  const entries = Object.entries(Object(options) as object).filter(([name]) => name !== 'verbose');
  return Object.fromEntries(
    entries.map(([name, value]) => [name.replaceAll(/-[a-z]/g, ([, letter = '']) => letter.toUpperCase()), value]),
  );
}

function faultsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  options: Readonly<Record<string, unknown>>,
): Diagnostic[] {
  const names = Object.keys(schema.shape).map((key) => `--${optionName(key)}`);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      key === '_'
        ? { code: 'options/wrong', message: `expected an option, found ${shown(options[key])}` }
        : {
            code: 'options/wrong',
            message: `there is no option \`--${optionName(key)}\``,
            hint: names.length === 0 ? 'it takes none' : hintForUnknownName(`--${optionName(key)}`, names),
          },
    );
  }
  const key = String(issue.path[0]);
  const name = `--${optionName(key)}`;
  if (options[key] === undefined) {
    return [{ code: 'options/wrong', message: `the option \`${name}\` is missing` }];
  }
  const wanted = wantedBy(issue, schema);
  const found = issue.code === 'custom' ? '' : `, found ${shown(options[key])}`;
  return [{ code: 'options/wrong', message: `the option \`${name}\`: ${wanted}${found}` }];
}

function shown(value: unknown): string {
  return value === true ? 'none' : `\`${visible(Array.isArray(value) ? value.join(' ') : String(value))}\``;
}

/** What should be where zod has found something else: its own texts speak of schemas, not of what to write. */
export function wantedBy(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'unrecognized_keys') return `there is no ${quoteNames(issue.keys)}`;
  let place: z.core.JSONSchema._JSONSchema | undefined = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  for (const key of issue.path) place = below(place, key);
  return `expected ${place === undefined ? 'a value of another form' : inWords(place)}`;
}

function below(
  schema: z.core.JSONSchema._JSONSchema | undefined,
  key: PropertyKey,
): z.core.JSONSchema._JSONSchema | undefined {
  if (typeof schema !== 'object') return undefined;
  if (typeof key !== 'number') return schema.properties?.[String(key)] ?? schema.additionalProperties;
  return Array.isArray(schema.items) ? schema.items[key] : schema.items;
}

const NOUNS: Readonly<Record<string, string>> = {
  boolean: 'no value, `true` or `false`',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a map',
  string: 'a text',
};

function inWords(schema: z.core.JSONSchema._JSONSchema): string {
  if (typeof schema === 'boolean') return 'a value';
  if (schema.format === 'uri') return 'an address, like `https://example.org`';
  if (schema.enum !== undefined) return `one of ${quoteNames(schema.enum.map(String))}`;
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(inWords))].join(' or ');
  const least = schema.minimum === undefined ? '' : ` of at least ${schema.minimum}`;
  const types = [schema.type ?? ''].flat();
  return `${types.map((type) => NOUNS[type] ?? 'a value').join(' or ')}${least}`;
}

/** How an option is written on a command line. */
export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
