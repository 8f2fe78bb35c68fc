import { parseArgs } from 'node:util';
import { DiagnosticError } from '@immutablue/diagnostics';
import { parseOptions } from '@immutablue/executor';
import { parseReference, type Argv } from '@immutablue/oci';
import * as z from 'zod';
import type { Place } from './places';

/** What is to be done. */
export type CommandLine =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      /** Whose results are taken. */
      readonly trusted: Place;
      /** Where results are kept. */
      readonly written: Place | undefined;
      readonly command: Argv;
    };

export const HELP = `immutablue-nx-cache [--read REPOSITORY] [--write REPOSITORY] -- COMMAND

Runs a command in which Nx takes results of tasks from a repository of a registry, and keeps them there.

  --read   Whose results are taken, like quay.io/immutablue/nx-cache; that of --write when not given
  --write  Where results are kept; without it none are

With both, as for pull requests, results are taken from either and kept in that of --write alone.`;

const place = z
  .string()
  .transform(parseReference)
  .refine((reference) => reference !== undefined && reference.tag === undefined && reference.digest === undefined, {
    error: 'a repository of a registry is missing, like `quay.io/immutablue/nx-cache`',
  })
  .transform((reference) => reference as Place);

const schema = z.strictObject({ read: place.optional(), write: place.optional() });

/**
 * Reads the words after the program's name.
 *
 * @throws {DiagnosticError} `options/wrong` for each that is wrong.
 */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  if (own.includes('--help')) return { kind: 'help' };
  const { values, positionals } = parseArgs({
    args: [...own],
    options: { read: { type: 'string' }, write: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  });
  const { read, write } = parseOptions(schema, {
    ...values,
    ...(positionals[0] === undefined ? {} : { _: positionals[0] }),
  });
  const [program, ...args] = end === -1 ? [] : words.slice(end + 1);
  if (program === undefined) throw missing('the command is missing that Nx runs in');
  const trusted = read ?? write;
  if (trusted === undefined) throw missing('the repository is missing that has results of tasks');
  return { kind: 'run', trusted, written: write, command: [program, ...args] };
}

function missing(message: string): DiagnosticError {
  return new DiagnosticError({
    code: 'options/wrong',
    message,
    hint: 'like `immutablue-nx-cache --read quay.io/immutablue/nx-cache -- npx nx affected -t test`',
  });
}
