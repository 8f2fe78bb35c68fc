import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, runCommand, tryCommand, writeAtomically } from '@immutablue/oci';
import * as z from 'zod';
import { type LabContext } from '../context';
import { answers, configure, registryProgram, untilAnswering } from './registry';

const stateSchema = z.object({ address: z.string(), program: z.string() });

/** A registry that `lab:up --registry` started and that outlives it. */
export interface DetachedRegistry {
  readonly address: string;
  readonly state: 'running' | 'ended';
}

const DEFAULT_PORT = 5000;

/** Starts a registry in the background, unless one runs that answers. @returns its address. */
export async function startDetachedRegistry(context: LabContext, port: number = DEFAULT_PORT): Promise<string> {
  const directory = context.paths.registry;
  const running = await findDetachedRegistry(directory);
  if (running?.state === 'running') {
    if (await answers(running.address)) return running.address;
    await endProcess(directory);
  }
  const program = await registryProgram(context);
  const { configuration, address } = await configure({ directory, port });
  await runCommand([
    'start-stop-daemon',
    '--start',
    '--quiet',
    '--background',
    '--make-pidfile',
    '--pidfile',
    pidFile(directory),
    '--output',
    join(directory, 'registry.log'),
    '--exec',
    program,
    '--',
    'serve',
    configuration,
  ]);
  await writeAtomically(join(directory, 'registry.json'), JSON.stringify({ address, program }));
  await untilAnswering(address, undefined, [`see ${join(directory, 'registry.log')}`]);
  return address;
}

/** The registry in the background, if one was started. */
export async function findDetachedRegistry(directory: string): Promise<DetachedRegistry | undefined> {
  const state = await readState(directory);
  if (state === undefined) return undefined;
  const status = await tryCommand([
    'start-stop-daemon',
    '--status',
    '--pidfile',
    pidFile(directory),
    '--exec',
    state.program,
  ]);
  return { address: state.address, state: status.exitCode === 0 ? 'running' : 'ended' };
}

/** Ends the registry in the background, and removes its images. @returns its address, or undefined when there was none. */
export async function stopDetachedRegistry(directory: string): Promise<string | undefined> {
  const address = await endProcess(directory);
  if (address !== undefined) await rm(directory, { recursive: true, force: true });
  return address;
}

async function endProcess(directory: string): Promise<string | undefined> {
  const state = await readState(directory);
  if (state === undefined) return undefined;
  await runCommand([
    'start-stop-daemon',
    '--stop',
    '--quiet',
    '--oknodo',
    '--retry',
    '5',
    '--pidfile',
    pidFile(directory),
    // A process that has the same number by now is another program's, and is left alone.
    '--exec',
    state.program,
  ]);
  return state.address;
}

function pidFile(directory: string): string {
  return join(directory, 'registry.pid');
}

async function readState(directory: string) {
  const text = await readIfThere(join(directory, 'registry.json'));
  return text === undefined || text === '' ? undefined : stateSchema.parse(JSON.parse(text));
}
