import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withWorkingFolder } from '../files/working-folder';
import { runArgv, type RunInContainer } from './buildah-argv';
import { CommandError } from '../process/process';
import { tryInProcessNamespace, type NamespaceOptions, type NamespaceResult } from '../process/process-namespace';

/** Where the file for a command's output is in the container. */
const OUTPUT_MOUNT = '/run/immutablue/output';

/** What a command in a container may be told. */
export type ContainerOptions = Omit<NamespaceOptions, 'outputFile'>;

/**
 * Runs a command inside a working container, in a process namespace of its own; `stdout` of the result is what it
 * printed on both streams.
 *
 * With chroot isolation buildah passes a command's output on, and ends without waiting for the rest of it when the command
 * ends: the last lines, which say what went wrong, are lost now and then. The command writes into a file instead, which is
 * followed here.
 *
 * @throws {CommandError} when the command ends with a non-zero exit code.
 */
export async function runInContainer(run: RunInContainer, options: ContainerOptions = {}): Promise<NamespaceResult> {
  const result = await tryInContainer(run, options);
  if (result.exitCode !== 0) throw new CommandError(result);
  return result;
}

/** Like {@link runInContainer}, but a non-zero exit code is an ordinary result. */
export async function tryInContainer(run: RunInContainer, options: ContainerOptions = {}): Promise<NamespaceResult> {
  return withWorkingFolder('output', async (directory) => {
    const { mask = (text: string) => text } = options;
    const outputFile = join(directory, 'output');
    await writeFile(outputFile, '');
    const result = await tryInProcessNamespace(runArgv(redirected(run, outputFile)), { ...options, outputFile });
    return { ...result, argv: runArgv(run), stdout: mask((await readFile(outputFile, 'utf8')).replace(/\n$/, '')) };
  });
}

function redirected(run: RunInContainer, outputFile: string): RunInContainer {
  return {
    ...run,
    mounts: [...(run.mounts ?? []), { source: outputFile, target: OUTPUT_MOUNT, access: 'read-write' }],
    // Not bash: it would read the file that BASH_ENV names, which is meant for the command.
    command: ['sh', '-c', `exec "$@" >>${OUTPUT_MOUNT} 2>&1`, 'sh', ...run.command],
  };
}
