import { executorOf } from '../shared/execute';

// What Nx runs, as named in executors.json. Each is loaded when it runs: a build has no use for what boots images.
export const boot = executorOf('boot', async () => (await import('./boot/command.js')).boot);
export const build = executorOf('build', async () => (await import('./build/command.js')).build);
export const changes = executorOf('changes', async () => (await import('./changes/command.js')).changes);
export const check = executorOf('check', async () => (await import('./check/command.js')).check);
export const containerfile = executorOf(
  'containerfile',
  async () => (await import('./containerfile/command.js')).containerfile,
);
export const deps = executorOf('deps', async () => (await import('./deps/command.js')).deps);
export const explain = executorOf('explain', async () => (await import('./explain/command.js')).explain);
export const gc = executorOf('gc', async () => (await import('./gc/command.js')).gc);
export const lock = executorOf('lock', async () => (await import('./lock/command.js')).lock);
export const overrides = executorOf('overrides', async () => (await import('./overrides/command.js')).overrides);
export const plan = executorOf('plan', async () => (await import('./plan/command.js')).plan);
export const push = executorOf('push', async () => (await import('./push/command.js')).push);
export const shell = executorOf('shell', async () => (await import('./shell/command.js')).shell);
export const test = executorOf('test', async () => (await import('./test/command.js')).test);

/** Runs one command, as told by an executor's request in JSON. @returns the exit code. */
export async function runWorker(request: string): Promise<number> {
  return (await import('./worker.js')).runWorker(request);
}
