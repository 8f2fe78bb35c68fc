import { readdirSync } from 'node:fs';
import { useScratch } from './support/scratch';

const COMMANDS = ['doctor', 'rebase', 'reset-first-boot', 'rollback', 'run', 'settings', 'status', 'sysinfo', 'update'];
const MARKER = '/var/lib/immutablue/first-boot-done';
const RUN_SCRIPTS = '/usr/libexec/immutablue/run-scripts';

const scratch = useScratch();

describe('help', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j shows every command with what it does', (args) => {
    const { exitCode, stdout } = scratch().immutablue(...args);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm'));
  });

  it('knows all commands that there are', () => {
    expect(readdirSync(scratch().path('/usr/libexec/immutablue/commands')).sort()).toEqual(COMMANDS);
  });

  it.each(COMMANDS)('of %s is the same in every way of asking', (command) => {
    const asked = scratch().immutablue('help', command);
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(asked.stdout).toMatch(new RegExp(`^usage: immutablue ${command}`, 'i'));
    expect(scratch().immutablue(command, '--help')).toEqual(asked);
  });

  it.each(COMMANDS)('of %s is in the manual too', (command) => {
    const manual = scratch().read('/usr/share/man/man1/immutablue.1').replaceAll('\\-', '-');
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
    const { exitCode, stdout, stderr } = scratch().immutablue(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
    expect(stderr).toContain('\n  hint: ');
  });
});

describe('what changes the system', () => {
  it.each(['update', 'rollback', 'rebase cyan', 'reset-first-boot', 'run hourly'])(
    '%s needs root and says so',
    (call) => {
      scratch().actAs(1000);
      scratch().standIn('bootc', '');
      const { exitCode, stderr } = scratch().immutablue(...call.split(' '));
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`needs root\n  hint: sudo immutablue ${call}\n`);
      expect(scratch().calls()).toEqual([]);
    },
  );

  it.each([
    [['update'], 'upgrade '],
    [['update', '--check'], 'upgrade --check'],
    [['rollback'], 'rollback '],
    [['status'], 'status '],
  ])('%j is done by bootc where it is there, else by rpm-ostree', (args, expected) => {
    scratch().standIn('rpm-ostree', 'exit 3');
    expect(scratch().immutablue(...args).exitCode).toBe(3);
    scratch().standIn('bootc', 'exit 4');
    expect(scratch().immutablue(...args).exitCode).toBe(4);
    expect(
      scratch()
        .calls()
        .map((call) => call.trim()),
    ).toEqual(['rpm-ostree', 'bootc'].map((program) => `${program} ${expected}`.trim()));
  });

  it.each(['update', 'rollback', 'status'])('%s says what is missing where neither is', (command) => {
    const { exitCode, stderr } = scratch().immutablue(command);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: neither bootc nor rpm-ostree is installed\n {2}hint: /);
  });
});

describe('status', () => {
  it('as JSON is what the program says', () => {
    scratch().standIn('bootc', '');
    scratch().immutablue('status', '--json');
    expect(scratch().calls()).toEqual(['bootc status --format=json']);
  });

  it('asks rpm-ostree for a user whom bootc does not answer', () => {
    scratch().actAs(1000);
    scratch().standIn('bootc', '');
    expect(scratch().immutablue('status').stderr).toContain('hint: sudo immutablue status');
    scratch().standIn('rpm-ostree', '');
    scratch().immutablue('status', '--json');
    expect(scratch().calls()).toEqual(['rpm-ostree status --json']);
  });
});

describe('reset-first-boot', () => {
  it('has the first boot run once more', () => {
    scratch().script('/etc/immutablue/scripts/system/first_boot/10-a.sh', 'true');
    scratch().run(RUN_SCRIPTS, 'system', 'first_boot');
    expect(scratch().exists(MARKER)).toBe(true);
    expect(scratch().immutablue('reset-first-boot').exitCode).toBe(0);
    expect(scratch().exists(MARKER)).toBe(false);
    // A second time there is nothing to do.
    expect(scratch().immutablue('reset-first-boot').exitCode).toBe(0);
  });

  it("--user has that user's first login run once more, without root", () => {
    scratch().actAs(1000);
    scratch().write(MARKER, '');
    scratch().run(RUN_SCRIPTS, 'user', 'first_login');
    expect(scratch().immutablue('reset-first-boot', '--user').exitCode).toBe(0);
    expect(scratch().exists('/home/ada/.local/state/immutablue/first-login-done')).toBe(false);
    expect(scratch().exists(MARKER)).toBe(true);
  });
});

describe('run', () => {
  it('runs the scripts of an occasion and ends like them', () => {
    scratch().script('/etc/immutablue/scripts/system/daily/10-a.sh', 'echo daily; exit 1');
    expect(scratch().immutablue('run', 'daily')).toMatchObject({ exitCode: 1, stdout: 'daily\n' });
  });

  it("--user runs a user's, without root", () => {
    scratch().actAs(1000);
    scratch().script('/etc/immutablue/scripts/user/daily/10-a.sh', 'echo mine');
    expect(scratch().immutablue('run', '--user', 'daily')).toEqual({ exitCode: 0, stdout: 'mine\n', stderr: '' });
  });
});

describe('sysinfo', () => {
  beforeEach(() => {
    scratch().describeImage('cyan', 'quay.io/immutablue/immutablue-cyan:44');
    scratch().write('/usr/lib/os-release', 'PRETTY_NAME="Immutablue \'44\'"\nIMAGE_VERSION=44.1\nBUILD_ID=20261124\n');
  });

  it('as JSON has the image, the system and the machine', () => {
    expect(JSON.parse(scratch().immutablue('sysinfo', '--json').stdout)).toMatchObject({
      image: { variant: 'cyan', reference: 'quay.io/immutablue/immutablue-cyan:44', release: '44', options: ['gui'] },
      system: { name: "Immutablue '44'", version: '44.1', build: '20261124' },
      machine: { processors: expect.any(Number), memory: expect.any(Number), uptime: expect.any(Number) },
    });
  });

  it('is text for a person', () => {
    expect(scratch().immutablue('sysinfo').stdout).toMatch(
      /^variant: {7}cyan\nimage: {9}quay\.io\/immutablue\/immutablue-cyan:44\n/,
    );
  });
});

it('--version says which image this is', () => {
  scratch().describeImage('base', 'quay.io/immutablue/immutablue:44');
  expect(scratch().immutablue('--version').stdout).toBe('quay.io/immutablue/immutablue:44\n');
});
