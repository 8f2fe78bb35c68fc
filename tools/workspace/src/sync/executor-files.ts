import { executorDefinitions as ofLab } from '@immutablue/lab';
import { executorDefinitions as ofPlugin } from '@immutablue/nx';
import { executorsJson, schemaJson, type ExecutorDefinition } from '@immutablue/executor';
import type { JsonFiles } from './write-files';

/** The files of a package with executors, and the folder that has nothing but their schemas. */
export interface ExecutorFolder {
  readonly folder: string;
  readonly files: JsonFiles;
}

/** Which executors there are, and their options, as Nx reads it: executors.json and a schema.json for each. */
export const EXECUTOR_FILES: readonly ExecutorFolder[] = [
  filesOf('tools/nx-plugin', ofPlugin, 'src/tasks/entry.cjs'),
  filesOf('tools/lab', ofLab, 'src/hashers/entry.cjs'),
];

function filesOf(room: string, definitions: readonly ExecutorDefinition[], hashers: string): ExecutorFolder {
  const json = executorsJson(definitions, {
    executors: './src/executors/entry.cjs',
    hashers: `./${hashers}`,
    schemas: './schemas',
  });
  return {
    folder: `${room}/schemas`,
    files: new Map([
      [`${room}/executors.json`, json],
      ...definitions.map((definition) => [`${room}/schemas/${definition.name}.json`, schemaJson(definition)] as const),
    ]),
  };
}
