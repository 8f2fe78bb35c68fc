import { tryCommand } from './process';
import { tryInProcessNamespace } from './process-namespace';

const bash = (script: string) => tryInProcessNamespace(['bash', '-c', script]);

it('ends with the exit code of the command, and with its output', async () => {
  expect(await bash('echo out; exit 3')).toMatchObject({ exitCode: 3, stdout: 'out', left: [] });
});

it('names what the command has left, and kills it', async () => {
  const seconds = String(1000 + (process.pid % 1000));
  const { left } = await bash(`sleep ${seconds} & (setsid bash -c 'exec -a daemon sleep ${seconds}' &) ; exit 0`);
  expect(left).toEqual(['sleep', 'sleep']);
  expect((await tryCommand(['pgrep', '--full', `sleep ${seconds}|daemon ${seconds}`])).stdout).toBe('');
});

it('does not mind what ends a moment later', async () => {
  expect((await bash('sleep 0.15 & exit 0')).left).toEqual([]);
});

it('stops all of it when it is told to', async () => {
  const abort = new AbortController();
  const seconds = String(3000 + (process.pid % 1000));
  const run = tryInProcessNamespace(['bash', '-c', `setsid sleep ${seconds} & echo begun; wait`], {
    signal: abort.signal,
    onLine: () => {
      abort.abort();
    },
  });
  await expect(run).rejects.toThrow('interrupted');
  expect((await tryCommand(['pgrep', '--full', `sleep ${seconds}`])).stdout).toBe('');
});
