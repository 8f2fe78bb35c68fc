import type { NxJsonConfiguration } from '@nx/devkit';
import * as z from 'zod';
import { executorOf } from '../shared/command';
import { COMMANDS } from './commands';

/** What Nx runs, by the names of executors.json. */
export const executors = Object.fromEntries(COMMANDS.map((each) => [each.definition.name, executorOf(each)]));

/** What an executor passes on into a user namespace. */
const requestSchema = z.object({
  name: z.string(),
  options: z.unknown(),
  context: z.object({
    root: z.string(),
    variant: z.string(),
    hits: z.enum(['deferred', 'fetched']),
    nxJsonConfiguration: z.custom<NxJsonConfiguration>((value) => typeof value === 'object'),
  }),
});

/** Runs one command, as told by an executor's request in JSON. @returns the exit code. */
export function runWorker(request: string): Promise<number> {
  const { name, options, context } = requestSchema.parse(JSON.parse(request));
  const command = COMMANDS.find(({ definition }) => definition.name === name);
  if (command === undefined) throw new Error(`${name} is no command`);
  return command.start(options, context);
}
