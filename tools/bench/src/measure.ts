import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, tryCommand, type Argv, type CommandResult } from '@immutablue/oci';
import { retryTransientBuildahFailure } from '@immutablue/stage-runner';
import type { Sample } from './statistics';

/**
 * Waits for the command, then notes what it and all that it started and waited for have written: proc_pid_io(5) adds the
 * numbers of children that ended.
 */
const WITH_BYTES = 'output=$1; shift; "$@"; code=$?; cat "/proc/$$/io" > "${output}"; exit "${code}"';

export interface Measured extends Sample {
  readonly result: CommandResult;
  /** All lines of both streams. */
  readonly lines: readonly string[];
}

export interface MeasureOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the command should end well; a failure that is wanted must be one. */
  readonly expect?: 'success' | 'failure';
}

/** What buildah finds that is started by hand: our builds have it collect less garbage. */
export const HAND_ENVIRONMENT = { GOGC: process.env['GOGC'] ?? '100' };

/** Runs a command and measures it. @throws {CommandError} when it does not end as it should. */
export async function measure(argv: Argv, options: MeasureOptions): Promise<Measured> {
  return await retryTransientBuildahFailure(
    () => measureOnce(argv, options),
    () => undefined,
  );
}

async function measureOnce(argv: Argv, options: MeasureOptions): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'immutablue-bench-'));
  const lines: string[] = [];
  try {
    const output = join(directory, 'io');
    const result = await tryCommand(['bash', '-c', WITH_BYTES, 'bash', output, ...argv], {
      ...options,
      proxies: 'passed',
      onLine: (line) => lines.push(line),
    });
    const isSuccess = result.exitCode === 0;
    if (isSuccess !== ((options.expect ?? 'success') === 'success')) throw new CommandError({ ...result, argv });
    const written = /^write_bytes: (\d+)$/m.exec(await readFile(output, 'utf8'))?.[1];
    return { seconds: result.durationMs / 1000, writtenBytes: Number(written ?? 0), result, lines };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
