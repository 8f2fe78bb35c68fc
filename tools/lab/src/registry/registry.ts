import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { tryCommand } from '@immutablue/oci';
import { isWhole } from '../cache/artifact';
import { type LabContext } from '../context';
import { lockLab } from '../cache/lock';
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
  /** Has it speak TLS, and ask for a password. */
  readonly secured?: SecuredBy;
}

/** Paths of files. */
export interface SecuredBy {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Users, with passwords by bcrypt: https://httpd.apache.org/docs/2.4/misc/password_encryptions.html */
  readonly passwords: string;
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

/** The absolute path of the registry's program, which is fetched if it is not there. */
export async function registryProgram(context: LabContext): Promise<string> {
  const artifact = describeRegistryProgram(context.paths);
  if (await isWhole(artifact)) return await ensureRegistryProgram(context, artifact);
  const lock = await lockLab(context);
  try {
    return await ensureRegistryProgram(context, artifact);
  } finally {
    await lock.release();
  }
}

/**
 * Writes the configuration of a registry.
 *
 * https://distribution.github.io/distribution/about/configuration/
 */
export async function configure({
  directory,
  port,
  secured,
}: RegistryOptions): Promise<{ configuration: string; address: string }> {
  await mkdir(directory, { recursive: true });
  const address = `127.0.0.1:${await freePort(port)}`;
  const configuration = join(directory, 'configuration.yml');
  const settings = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'images') }, delete: { enabled: true } },
    http: {
      addr: address,
      ...(secured === undefined ? {} : { tls: { certificate: secured.certificate, key: secured.key } }),
    },
    ...(secured === undefined ? {} : { auth: { htpasswd: { realm: 'lab', path: secured.passwords } } }),
  };
  // JSON is YAML.
  await writeFile(configuration, JSON.stringify(settings));
  return { configuration, address };
}

/** The port if it is free, or any free port when none is given. @throws {DiagnosticError} when the port is taken. */
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

/** Waits for a registry to answer. @throws {DiagnosticError} with the last of `output` when it ends or takes too long. */
export async function untilAnswering(
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

/** How long an answer may take: a process that hangs lets itself be connected to all the same. */
const ANSWER_MS = 2000;

/**
 * Whether a registry answers.
 *
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support
 */
export async function answers(address: string): Promise<boolean> {
  try {
    const { status } = await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(ANSWER_MS) });
    // 400 is what one that speaks TLS says to plain HTTP.
    return status === 200 || status === 400;
  } catch (error) {
    // fetch wraps what the socket said.
    const { cause, name } = error as { readonly cause?: NodeJS.ErrnoException; readonly name: string };
    if (name === 'TimeoutError' || cause?.code === 'ECONNREFUSED' || cause?.code === 'ECONNRESET') return false;
    throw error;
  }
}
