import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { useBaseMachine } from './base-machine';

const RUN_SCRIPTS = '/usr/libexec/immutablue/run-scripts';
const IMAGE = '/usr/libexec/immutablue/system/hourly';
const ADMINISTRATOR = '/etc/immutablue/scripts/system/hourly';
const RESULTS = '/run/immutablue/results/system/hourly.json';

const machine = useBaseMachine();

describe('the scripts of an occasion', () => {
  it("are the image's, then the administrator's, each in the order of their names", () => {
    machine().script(`${ADMINISTRATOR}/05-first.sh`, 'echo administrator 5');
    machine().script(`${IMAGE}/20-b.sh`, 'echo image 20');
    machine().script(`${IMAGE}/10-b.sh`, 'echo image 10');
    machine().script(`${IMAGE}/10-B.sh`, 'echo image 10, in capitals');
    const { exitCode, stdout } = machine().run(RUN_SCRIPTS, 'system', 'hourly');
    expect(stdout).toBe('image 10, in capitals\nimage 10\nimage 20\nadministrator 5\n');
    expect(exitCode).toBe(0);
  });

  it('run on when one fails, or is not executable: both are reported and in the results', () => {
    machine().script(`${IMAGE}/10-fails.sh`, 'exit 7');
    machine().script(`${IMAGE}/20-plain.sh`, 'echo never', 0o644);
    machine().script(`${IMAGE}/30-broken.sh`, 'sleep 0.02; echo last');
    machine().write(`${IMAGE}/25-directory/file`, '');
    const { exitCode, stdout, stderr } = machine().run(RUN_SCRIPTS, 'system', 'hourly');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('last\n');
    expect(stderr).toBe(`error: ${IMAGE}/10-fails.sh failed with exit code 7
error: ${IMAGE}/20-plain.sh was not run: it is not an executable file
  hint: chmod +x ${IMAGE}/20-plain.sh
error: ${IMAGE}/25-directory was not run: it is not an executable file
  hint: chmod +x ${IMAGE}/25-directory
`);
    expect(machine().json(RESULTS)).toEqual({
      occasion: 'hourly',
      scope: 'system',
      scripts: [
        { path: `${IMAGE}/10-fails.sh`, exitCode: 7, milliseconds: expect.any(Number) },
        { path: `${IMAGE}/20-plain.sh`, exitCode: 126, milliseconds: 0 },
        { path: `${IMAGE}/25-directory`, exitCode: 126, milliseconds: 0 },
        { path: `${IMAGE}/30-broken.sh`, exitCode: 0, milliseconds: expect.any(Number) },
      ],
      failed: 3,
    });
  });

  it('may have names with spaces, quotes and line breaks', () => {
    const name = 'a "b"\n\'c\' $(d)';
    machine().script(`${IMAGE}/${name}`, 'exit 1');
    machine().run(RUN_SCRIPTS, 'system', 'hourly');
    expect(machine().json(RESULTS)).toMatchObject({ scripts: [{ path: `${IMAGE}/${name}`, exitCode: 1 }] });
  });

  it('find nothing to read on standard input', () => {
    machine().script(`${IMAGE}/10-reads.sh`, 'cat; echo done');
    expect(machine().run(RUN_SCRIPTS, 'system', 'hourly').stdout).toBe('done\n');
  });

  it('are none without directories: that is a result too', () => {
    expect(machine().run(RUN_SCRIPTS, 'system', 'hourly').exitCode).toBe(0);
    expect(machine().json(RESULTS)).toEqual({ occasion: 'hourly', scope: 'system', scripts: [], failed: 0 });
  });

  it("of users leave their results in the user's runtime directory", () => {
    machine().script('/etc/immutablue/scripts/user/on_boot/10-a.sh', 'true');
    machine().run(RUN_SCRIPTS, 'user', 'on_boot');
    expect(machine().json('/run/user/1000/immutablue/results/user/on_boot.json')).toMatchObject({
      scope: 'user',
      scripts: [{ path: '/etc/immutablue/scripts/user/on_boot/10-a.sh' }],
    });
  });

  it('are reported with their severity where the journal listens', () => {
    machine().environment['JOURNAL_STREAM'] = '8:1';
    machine().script(`${IMAGE}/10-fails.sh`, 'exit 7');
    expect(machine().run(RUN_SCRIPTS, 'system', 'hourly').stderr).toMatch(/^<3>error: /);
  });

  it.each([[[]], [['system']], [['system', 'yearly']], [['user', 'first_boot']], [['machine', 'hourly']]])(
    'called with %j: a wrong call',
    (args) => {
      const { exitCode, stderr } = machine().run(RUN_SCRIPTS, ...args);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^error: .*\n {2}hint: .*\n$/);
    },
  );
});

describe.each([
  ['system', 'first_boot', '/var/lib/immutablue/first-boot-done'],
  ['user', 'first_login', '/home/ada/.local/state/immutablue/first-login-done'],
])('the %s occasion %s', (scope, occasion, marker) => {
  it('is done when its scripts have run, even if one failed', () => {
    machine().script(`/etc/immutablue/scripts/${scope}/${occasion}/10-fails.sh`, 'exit 3');
    expect(machine().run(RUN_SCRIPTS, scope, occasion).exitCode).toBe(1);
    expect(machine().json(marker)).toMatchObject({ occasion, failed: 1 });
  });

  it('is not done when it was cut short, and later scripts are not run', async () => {
    const directory = `/etc/immutablue/scripts/${scope}/${occasion}`;
    machine().script(`${directory}/10-long.sh`, 'echo started; exec sleep 30');
    machine().script(`${directory}/20-later.sh`, 'echo later');
    const runner = spawn(machine().path(RUN_SCRIPTS), [scope, occasion], {
      env: machine().environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(runner, 'close');
    const [output]: unknown[] = await once(runner.stdout, 'data');
    expect(String(output)).toBe('started\n');
    if (runner.pid === undefined) throw new Error('the runner could not be started');
    // What systemd does: every process of the unit gets the signal.
    process.kill(-runner.pid, 'SIGTERM');
    expect(await closed).toEqual([143, null]);
    expect(machine().exists(marker)).toBe(false);
  });
});
