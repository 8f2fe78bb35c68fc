import { renderError } from '@immutablue/diagnostics';
import { openRegistry, type Registry, type RegistryOptions, type Repository } from '../index';
import { serve, type Answers, type TestServer } from './server';

let server: TestServer | undefined;
let registry: Registry | undefined;

/** The repository `a` of a server that answers as a test says. Without credentials and with little patience, unless it is said. */
export async function open(answers: Answers, options: RegistryOptions = {}): Promise<Repository> {
  server = await serve(answers);
  return await openAt(server.host, options);
}

export async function openAt(host: string, options: RegistryOptions = {}): Promise<Repository> {
  registry = await openRegistry(host, {
    findCredentials: () => Promise.resolve(undefined),
    patience: { attempts: 3, firstPauseMs: 1, silenceMs: 2000 },
    ...options,
  });
  return registry.repository('a');
}

/** Closes what the test has opened. */
export async function closeAll(): Promise<void> {
  await registry?.close();
  await server?.close();
  registry = undefined;
  server = undefined;
}

/** How often the server was asked: `GET /v2/`. */
export function requestsTo(name: string): number {
  return server?.requests.filter((request) => request === name).length ?? 0;
}

/** What a failure looks like, without the port. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' }).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
  }
  throw new Error('it has not failed');
}
