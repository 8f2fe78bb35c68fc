import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, tryCommand } from '@immutablue/oci';
import { containedArgv, mortalArgv } from './contained';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lab-contained-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Whether a process with this marker among its arguments runs. */
async function runs(marker: string): Promise<boolean> {
  return (await tryCommand(['pgrep', '--full', `^sleep ${marker}$`])).exitCode === 0;
}

describe.each([
  ['mortalArgv', mortalArgv],
  ['containedArgv', containedArgv],
] as const)('%s', (name, wrap) => {
  it('passes output and exit code on', async () => {
    expect(await tryCommand(wrap(['sh', '-c', 'echo said; exit 7']))).toMatchObject({ stdout: 'said', exitCode: 7 });
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const marker = `6${process.pid}${name.length}`;
    const argv = wrap(['sleep', marker]);
    // A program in between, which is killed as a whole lab can be.
    const script = `require('node:child_process').spawn(${JSON.stringify(argv[0])}, ${JSON.stringify(argv.slice(1))}, {detached: true}); setInterval(() => {}, 1000)`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    await until(() => runs(marker));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(async () => !(await runs(marker)));
  });
});

describe('containedArgv', () => {
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
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to pass within five seconds');
}
