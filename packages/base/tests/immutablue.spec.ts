import { readdirSync } from 'node:fs';
import { useBaseMachine } from './base-machine';

const COMMANDS = ['doctor', 'rebase', 'reset-first-boot', 'rollback', 'run', 'settings', 'status', 'sysinfo', 'update'];
const MARKER = '/var/lib/immutablue/first-boot-done';
const RUN_SCRIPTS = '/usr/libexec/immutablue/run-scripts';

const machine = useBaseMachine();

describe('help', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j shows every command with what it does', (args) => {
    const { exitCode, stdout } = machine().immutablue(...args);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm'));
  });

  it('knows all commands that there are', () => {
    expect(readdirSync(machine().path('/usr/libexec/immutablue/commands')).sort()).toEqual(COMMANDS);
  });

  it.each(COMMANDS)('of %s is the same in every way of asking', (command) => {
    const asked = machine().immutablue('help', command);
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(asked.stdout).toMatch(new RegExp(`^usage: immutablue ${command}`, 'i'));
    expect(machine().immutablue(command, '--help')).toEqual(asked);
  });

  it.each(COMMANDS)('of %s is in the manual too', (command) => {
    const manual = machine().read('/usr/share/man/man1/immutablue.1').replaceAll('\\-', '-');
    expect(manual).toMatch(new RegExp(`^\\.BR? "?${command}`, 'm'));
  });
});

describe('a wrong call', () => {
  it.each([
    [['frobnicate'], 'there is no command `frobnicate`'],
    [['help', 'frobnicate'], 'there is no command `frobnicate`'],
    [['../run-scripts'], 'there is no command `../run-scripts`'],
    [['status', '--xml'], '`immutablue status` does not know `--xml`'],
    [['update', 'now'], '`immutablue update` does not know `now`'],
    [['rollback', '--hard'], '`immutablue rollback` does not know `--hard`'],
    [['sysinfo', '--xml'], '`immutablue sysinfo` does not know `--xml`'],
    [['doctor', '--xml'], '`immutablue doctor` does not know `--xml`'],
    [['reset-first-boot', 'x'], '`immutablue reset-first-boot` does not know `x`'],
    [['rebase'], 'expected the name of a variant'],
    [['rebase', 'quay.io/a/b'], '`quay.io/a/b` is not the name of a variant'],
    [['run'], 'expected an occasion'],
    [['run', 'yearly'], '`yearly` is no occasion of system scripts'],
  ])('%j ends with 2', (args, message) => {
    const { exitCode, stdout, stderr } = machine().immutablue(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
    expect(stderr).toContain('\n  hint: ');
  });
});

describe('what changes the system', () => {
  it.each(['update', 'rollback', 'rebase cyan', 'reset-first-boot', 'run hourly'])(
    '%s needs root and says so',
    (call) => {
      machine().actAs(1000);
      machine().standIn('bootc', '');
      const { exitCode, stderr } = machine().immutablue(...call.split(' '));
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`needs root\n  hint: sudo immutablue ${call}\n`);
      expect(machine().takeCalls()).toEqual([]);
    },
  );

  it.each([
    [['update'], 'upgrade '],
    [['update', '--check'], 'upgrade --check'],
    [['rollback'], 'rollback '],
    [['status'], 'status '],
  ])('%j is done by bootc where it is there, else by rpm-ostree', (args, expected) => {
    machine().standIn('rpm-ostree', 'exit 3');
    expect(machine().immutablue(...args).exitCode).toBe(3);
    machine().standIn('bootc', 'exit 4');
    expect(machine().immutablue(...args).exitCode).toBe(4);
    expect(
      machine()
        .takeCalls()
        .map((call) => call.trim()),
    ).toEqual(['rpm-ostree', 'bootc'].map((program) => `${program} ${expected}`.trim()));
  });

  it.each(['update', 'rollback', 'status'])('%s says what is missing where neither is', (command) => {
    const { exitCode, stderr } = machine().immutablue(command);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: neither bootc nor rpm-ostree is installed\n {2}hint: /);
  });
});

describe('status', () => {
  it('as JSON is what the program says', () => {
    machine().standIn('bootc', '');
    machine().immutablue('status', '--json');
    expect(machine().takeCalls()).toEqual(['bootc status --format=json']);
  });

  it('asks rpm-ostree for a user whom bootc does not answer', () => {
    machine().actAs(1000);
    machine().standIn('bootc', '');
    expect(machine().immutablue('status').stderr).toContain('hint: sudo immutablue status');
    machine().standIn('rpm-ostree', '');
    machine().immutablue('status', '--json');
    expect(machine().takeCalls()).toEqual(['rpm-ostree status --json']);
  });
});

describe('reset-first-boot', () => {
  it('has the first boot run once more', () => {
    machine().script('/etc/immutablue/scripts/system/first_boot/10-a.sh', 'true');
    machine().run(RUN_SCRIPTS, 'system', 'first_boot');
    expect(machine().exists(MARKER)).toBe(true);
    expect(machine().immutablue('reset-first-boot').exitCode).toBe(0);
    expect(machine().exists(MARKER)).toBe(false);
    // A second time there is nothing to do.
    expect(machine().immutablue('reset-first-boot').exitCode).toBe(0);
  });

  it("--user has that user's first login run once more, without root", () => {
    machine().actAs(1000);
    machine().write(MARKER, '');
    machine().run(RUN_SCRIPTS, 'user', 'first_login');
    expect(machine().immutablue('reset-first-boot', '--user').exitCode).toBe(0);
    expect(machine().exists('/home/ada/.local/state/immutablue/first-login-done')).toBe(false);
    expect(machine().exists(MARKER)).toBe(true);
  });
});

describe('run', () => {
  it('runs the scripts of an occasion and ends like them', () => {
    machine().script('/etc/immutablue/scripts/system/daily/10-a.sh', 'echo daily; exit 1');
    expect(machine().immutablue('run', 'daily')).toMatchObject({ exitCode: 1, stdout: 'daily\n' });
  });

  it("--user runs a user's, without root", () => {
    machine().actAs(1000);
    machine().script('/etc/immutablue/scripts/user/daily/10-a.sh', 'echo mine');
    expect(machine().immutablue('run', '--user', 'daily')).toEqual({ exitCode: 0, stdout: 'mine\n', stderr: '' });
  });
});

describe('sysinfo', () => {
  beforeEach(() => {
    machine().describeImage('cyan', 'quay.io/immutablue/immutablue-cyan:44');
    machine().write('/usr/lib/os-release', 'PRETTY_NAME="Immutablue \'44\'"\nIMAGE_VERSION=44.1\nBUILD_ID=20261124\n');
  });

  it('as JSON has the image, the system and the machine', () => {
    expect(JSON.parse(machine().immutablue('sysinfo', '--json').stdout)).toMatchObject({
      image: { variant: 'cyan', reference: 'quay.io/immutablue/immutablue-cyan:44', release: '44', options: ['gui'] },
      system: { name: "Immutablue '44'", version: '44.1', build: '20261124' },
      machine: { processors: expect.any(Number), memory: expect.any(Number), uptime: expect.any(Number) },
    });
  });

  it('is text for a person', () => {
    expect(machine().immutablue('sysinfo').stdout).toMatch(
      /^variant: {7}cyan\nimage: {9}quay\.io\/immutablue\/immutablue-cyan:44\n/,
    );
  });
});

it('--version says which image this is', () => {
  machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
  expect(machine().immutablue('--version').stdout).toBe('quay.io/immutablue/immutablue:44\n');
});
