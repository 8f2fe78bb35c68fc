import * as z from 'zod';
import type { ExecutorDefinition } from './definition';
import { optionName } from './options';

/** Where a package has what its executors.json names; relative to that. */
export interface ExecutorFiles {
  /** The module that exports the executors by their names. */
  readonly executors: string;
  /** The module that exports the hashers. */
  readonly hashers: string;
  /** The folder of the schemas. */
  readonly schemas: string;
}

/** What executors.json says. https://nx.dev/docs/extending-nx/local-executors */
export function executorsJson(definitions: readonly ExecutorDefinition[], files: ExecutorFiles) {
  const entries = definitions.map(({ name, description, hasher }) => [
    name,
    {
      implementation: `${files.executors}#${name}`,
      schema: `${files.schemas}/${name}.json`,
      description,
      ...(hasher === undefined ? {} : { hasher: `${files.hashers}#${hasher}` }),
    },
  ]);
  return { executors: Object.fromEntries(entries) as Record<string, unknown> };
}

/** What Nx lets pass for each option: this workspace says in its own words what is wrong. */
const ANYTHING = { anyOf: [{ type: ['string', 'number', 'boolean'] }, { type: 'array' }] };

/**
 * The schema by which Nx completes an executor's options and prints its help. It refuses nothing: with it Nx would print the
 * schema to a person whose option is wrong.
 */
export function schemaJson({ name, description, options }: ExecutorDefinition): Record<string, unknown> {
  const { type, properties = {} } = z.toJSONSchema(options, {
    target: 'draft-7',
    // What a user types, which is checked and transformed later.
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.anyOf === undefined) return;
      // Nx makes numbers and lists of what is typed by `type` alone.
      Object.assign(jsonSchema, { type: jsonSchema.anyOf.map(({ type }) => type) });
      delete jsonSchema.anyOf;
    },
  });
  return {
    $schema: 'https://json-schema.org/schema',
    version: 2,
    title: name,
    description,
    type,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, property]) => {
        const name = optionName(key);
        // Help shows names; an alias is understood.
        const aliases = name === key ? {} : { aliases: [key] };
        return [name, { ...Object(property), ...aliases, ...ANYTHING }];
      }),
    ),
    additionalProperties: true,
  };
}

/** What the options are for, by their names on a command line. */
export function optionHelp({ options }: Pick<ExecutorDefinition, 'options'>): Record<string, { description: string }> {
  return Object.fromEntries(
    Object.entries<z.ZodType>(options.shape).map(([key, { description = '' }]) => [optionName(key), { description }]),
  );
}
