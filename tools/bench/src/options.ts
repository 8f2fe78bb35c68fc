import { parseArgs } from 'node:util';
import { DiagnosticError } from '@immutablue/diagnostics';
import { REPETITIONS } from './report';

export interface BenchOptions {
  readonly repetitions: number;
  /** Names of scenarios; all when empty. */
  readonly only: readonly string[];
  readonly output: 'print' | 'write';
}

/**
 * Reads the command line: `--repeat 1`, `--only no-op,comment`, `--write`.
 *
 * @throws {DiagnosticError} `yaml/wrong-value` for a number that is none, or a scenario that is not known.
 */
export function readOptions(words: readonly string[], known: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: { repeat: { type: 'string' }, only: { type: 'string' }, write: { type: 'boolean' } },
  });
  const repetitions = Number(values.repeat ?? REPETITIONS);
  if (!Number.isInteger(repetitions) || repetitions < 1)
    throw wrong(`--repeat ${values.repeat ?? ''}`, 'a number from 1');
  const only = (values.only ?? '').split(',').filter((name) => name !== '');
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`--only ${unknown}`, known.join(', '));
  return { repetitions, only, output: values.write === true ? 'write' : 'print' };
}

function wrong(given: string, expected: string): DiagnosticError {
  return new DiagnosticError({ code: 'yaml/wrong-value', message: `\`${given}\`: expected ${expected}` });
}
