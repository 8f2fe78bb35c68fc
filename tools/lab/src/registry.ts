import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { readIfThere, runCommand, tryCommand, writeAtomically } from '@immutablue/oci';
import { z } from 'zod';
import { isWhole } from './artifact';
import { type LabContext } from './context';
import { lockLab } from './lock';
import { describeRegistryProgram, ensureRegistryProgram } from './registry-program';

/** A registry that runs. */
export interface Registry {
  /** `127.0.0.1:<port>`, as it stands in front of image names. */
  readonly address: string;
  /** Ends it; what was pushed stays in its directory. */
  readonly stop: () => Promise<void>;
}

export interface RegistryOptions {
  /** Where the images lie; made when it is not there. */
  readonly directory: string;
  /** A free one is chosen when not given. */
  readonly port?: number;
}

/** How long a registry may take until it answers. */
const START_MS = 15_000;

/**
 * Starts a registry on loopback that ends with this process at the latest. Its program is fetched into the lab's cache
 * the first time.
 *
 * @throws {DiagnosticError} `lab/step-failed` when the program cannot be had, or does not answer.
 */
export async function startRegistry(context: LabContext, options: RegistryOptions): Promise<Registry> {
  const program = await registryProgram(context);
  const { configuration, address } = await configure(options);
  const stop = new AbortController();
  const output: string[] = [];
  const ended = tryCommand([program, 'serve', configuration], {
    signal: stop.signal,
    parentDeathSignal: 'KILL',
    onLine: (line) => output.push(line),
  }).catch((error: unknown) => error);
  try {
    await untilAnswering(address, ended, output);
  } catch (error) {
    stop.abort();
    await ended;
    throw error;
  }
  return {
    address,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

const stateSchema = z.object({ address: z.string(), program: z.string() });

/** A registry that `lab:up --registry` started and that outlives it. */
export interface DetachedRegistry {
  readonly address: string;
  readonly state: 'running' | 'ended';
}

const DEFAULT_PORT = 5000;

/** Starts a registry that goes on running, unless one does. @returns its address. */
export async function startDetachedRegistry(context: LabContext, port: number = DEFAULT_PORT): Promise<string> {
  const directory = context.paths.registry;
  const running = await findDetachedRegistry(directory);
  if (running?.state === 'running') return running.address;
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

/** The registry that was started to go on running, if there is a trace of one. */
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

/** Ends the registry that goes on running, and removes its images. @returns its address, or undefined when there was none. */
export async function stopDetachedRegistry(directory: string): Promise<string | undefined> {
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
  await rm(directory, { recursive: true, force: true });
  return state.address;
}

function pidFile(directory: string): string {
  return join(directory, 'registry.pid');
}

async function readState(directory: string) {
  const text = await readIfThere(join(directory, 'registry.json'));
  return text === undefined ? undefined : stateSchema.parse(JSON.parse(text));
}

async function registryProgram(context: LabContext): Promise<string> {
  const artifact = describeRegistryProgram(context.paths);
  if (await isWhole(artifact)) return await ensureRegistryProgram(context, artifact);
  const lock = await lockLab(context);
  try {
    return await ensureRegistryProgram(context, artifact);
  } finally {
    await lock.release();
  }
}

// https://distribution.github.io/distribution/about/configuration/
async function configure({ directory, port }: RegistryOptions): Promise<{ configuration: string; address: string }> {
  await mkdir(directory, { recursive: true });
  const address = `127.0.0.1:${await freePort(port)}`;
  const configuration = join(directory, 'configuration.yml');
  const settings = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'images') }, delete: { enabled: true } },
    http: { addr: address },
  };
  // JSON is YAML.
  await writeFile(configuration, JSON.stringify(settings));
  return { configuration, address };
}

/** The port if nobody listens on it, or any that is free. @throws {DiagnosticError} when the port is taken. */
async function freePort(port: number | undefined): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(port) : error);
    });
    server.listen(port ?? 0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => {
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
      });
    });
  });
}

function portTaken(port: number | undefined): DiagnosticError {
  return new DiagnosticError({
    code: 'lab/step-failed',
    message: `port ${port ?? 0} of this machine is in use: the lab's registry cannot listen on it`,
    hint: 'choose another: `nx run lab:up --registry --port=5001`',
  });
}

async function untilAnswering(
  address: string,
  ended: Promise<unknown> | undefined,
  output: readonly string[],
): Promise<void> {
  const process = { state: 'running' };
  void ended?.then(() => {
    process.state = 'ended';
  });
  const deadline = Date.now() + START_MS;
  while (!(await answers(address))) {
    if (process.state === 'ended' || Date.now() > deadline) {
      throw new DiagnosticError({
        code: 'lab/step-failed',
        message: `the lab's registry did not start on ${address}`,
        notes: output.slice(-5),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support
async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/v2/`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
