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

/** The schema by which Nx checks an executor's options before it runs, completes them and prints its help. */
export function schemaJson({ name, description, options }: ExecutorDefinition): Record<string, unknown> {
  const { type, properties, required, additionalProperties } = z.toJSONSchema(options, {
    target: 'draft-7',
    // What a user types, which is checked and transformed later.
    io: 'input',
    override: ({ jsonSchema }) => {
      // Of several types Nx knows `oneOf` alone where it makes numbers of digits.
      if (jsonSchema.anyOf !== undefined) {
        jsonSchema.oneOf = jsonSchema.anyOf;
        delete jsonSchema.anyOf;
      }
    },
  });
  return {
    $schema: 'https://json-schema.org/schema',
    version: 2,
    title: name,
    description,
    type,
    properties,
    required,
    additionalProperties,
  };
}

/** What the options are for, by their names on a command line. */
export function optionHelp({ options }: Pick<ExecutorDefinition, 'options'>): Record<string, { description: string }> {
  return Object.fromEntries(
    Object.entries<z.ZodType>(options.shape).map(([key, { description = '' }]) => [optionName(key), { description }]),
  );
}
