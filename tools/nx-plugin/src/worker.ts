import { z } from 'zod';
import { COMMANDS } from './executors/commands';
import type { NxJsonConfiguration } from '@nx/devkit';

/** Runs one command, as told by the first argument: what an executor passes on into a user namespace. */
const requestSchema = z.object({
  name: z.enum(Object.keys(COMMANDS) as [keyof typeof COMMANDS]),
  options: z.unknown(),
  context: z.object({
    root: z.string(),
    projectName: z.string().optional(),
    nxJsonConfiguration: z.custom<NxJsonConfiguration>((value) => typeof value === 'object'),
  }),
});

const { name, options, context } = requestSchema.parse(JSON.parse(process.argv[2] ?? ''));
void COMMANDS[name].start(options, { ...context, projectName: context.projectName ?? '' }).then((code) => {
  process.exitCode = code;
});
