import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, tryCommand, type Argv } from '@immutablue/oci';
import { containedArgv } from './contained';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lab-contained-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Whether a process with this marker among its arguments runs. */
async function runs(marker: string): Promise<boolean> {
  return (await tryCommand(['pgrep', '--full', `^sleep ${marker}$`])).exitCode === 0;
}

describe('runInStep', () => {
  it.each([
    ['as it is', (argv: Argv) => argv],
    ['contained', containedArgv],
  ])(
    'ends a command %s with the process that started it, even when that is killed',
    async (how, wrap) => {
      const marker = `6${process.pid}${how.length}`;
      // A lab in a process of its own, which is killed.
      const script = join(directory, 'lab.ts');
      await writeFile(
        script,
        `import { runInStep } from '${join(__dirname, '../context')}';
       void runInStep(
         { signal: new AbortController().signal, progress: () => undefined } as never,
         ${JSON.stringify(wrap(['sleep', marker]))},
       );`,
      );
      const lab = spawn(process.execPath, ['--require', require.resolve('@swc-node/register'), script], {
        stdio: 'ignore',
        env: { ...process.env, SWC_NODE_PROJECT: join(__dirname, '../../../../tsconfig.base.json') },
      });
      await until(() => runs(marker));
      lab.kill('SIGKILL');
      await once(lab, 'exit');
      await until(async () => !(await runs(marker)));
    },
    60_000,
  );
});

describe('containedArgv', () => {
  it('passes output and exit code on', async () => {
    expect(await tryCommand(containedArgv(['sh', '-c', 'echo said; exit 7']))).toMatchObject({
      stdout: 'said',
      exitCode: 7,
    });
  });

  it('keeps mounts to itself and lets no process outlive the command', async () => {
    const marker = `7${process.pid}`;
    await runCommand(
      containedArgv([
        'sh',
        '-c',
        `mount -t tmpfs tmpfs ${directory} && touch ${directory}/x && (setsid sleep ${marker} &)`,
      ]),
    );
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(directory);
    await until(async () => !(await runs(marker)));
  });

  it('maps an ordinary user to root of a user namespace', () => {
    expect(containedArgv(['id'], { uid: 1000, name: 'someone' })).toEqual(
      expect.arrayContaining(['--user', '--map-root-user', '--map-auto']),
    );
    expect(containedArgv(['id'], { uid: 0, name: 'root' })).not.toContain('--user');
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to pass within fifteen seconds');
}
