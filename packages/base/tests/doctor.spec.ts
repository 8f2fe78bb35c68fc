import { rmSync } from 'node:fs';
import { useBaseMachine } from './base-machine';

const RUN_SCRIPTS = '/usr/libexec/immutablue/run-scripts';

const machine = useBaseMachine();

interface Report {
  readonly healthy: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

function doctor(): { exitCode: number; report: Report } {
  const { exitCode, stdout } = machine().immutablue('doctor', '--json');
  return { exitCode, report: JSON.parse(stdout) as Report };
}

/** What is not well. */
function complaints({ checks }: Report): string[] {
  return checks
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }) => `${status} ${name}: ${message.replaceAll(machine().root, '')}`);
}

/** systemctl of a machine on which these units failed, and the others are in this state. */
function withUnits(failed: string, state = 'active'): void {
  machine().standIn('systemctl', `case "$*" in *list-units*) printf '%s' '${failed}' ;; *) echo ${state} ;; esac`);
}

beforeEach(() => {
  machine().describeImage('base', 'quay.io/immutablue/immutablue:44');
  machine().standIn('bootc', '');
  machine().script('/stand-ins/df', 'printf "%s\\n" "Filesystem Use% Mounted" "/dev/sda3 40% /var" "efivarfs - /x"');
  machine().write('/usr/lib/os-release', 'PRETTY_NAME=Immutablue\n');
  machine().write('/var/.keep', '');
  withUnits('');
  machine().run(RUN_SCRIPTS, 'system', 'first_boot');
  machine().run(RUN_SCRIPTS, 'system', 'on_boot');
});

describe('doctor', () => {
  it('finds a healthy machine healthy', () => {
    const { exitCode, report } = doctor();
    expect(complaints(report)).toEqual([]);
    expect([exitCode, report.healthy]).toEqual([0, true]);
    expect(report.checks.map(({ name }) => name)).toEqual([
      'image',
      'deployments',
      'settings',
      'system units',
      'first boot',
      'system scripts',
      'disks',
    ]);
  });

  it('is the command immutablue-doctor too, and has text for a person', () => {
    const { exitCode, stdout } = machine().run('/usr/bin/immutablue-doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {7}image: quay\.io\/immutablue\/immutablue:44\n/);
  });

  it.each<[string, () => void, string]>([
    [
      'failed units',
      () => {
        withUnits('a.service loaded failed failed A\nb.timer loaded failed failed B\n');
      },
      'problem system units: failed: a.service b.timer',
    ],
    [
      'an image without a description',
      () => {
        machine().write('/usr/immutablue/image.json', '{');
      },
      'problem image: the description of the image cannot be read: ',
    ],
    [
      'settings that cannot be read',
      () => {
        machine().write('/etc/immutablue/settings.yaml', 'a: [\n');
      },
      'problem settings: /etc/immutablue/settings.yaml:2:1: ',
    ],
    [
      'a full disk',
      () => {
        machine().write('/etc/immutablue/settings.yaml', 'doctor: {minimum_free_percent: 61}\n');
      },
      'problem disks: 60 % of /var are free, less than 61 %',
    ],
    [
      'a threshold that is no number',
      () => {
        machine().write('/etc/immutablue/settings.yaml', 'doctor: {minimum_free_percent: some}\n');
      },
      'problem disks: the setting `doctor.minimum_free_percent` is `some`, no number',
    ],
    [
      'a script that failed',
      () => {
        machine().script('/etc/immutablue/scripts/system/daily/10-a.sh', 'exit 9');
        machine().run(RUN_SCRIPTS, 'system', 'daily');
      },
      'problem system scripts: failed: /etc/immutablue/scripts/system/daily/10-a.sh (exit code 9)',
    ],
    [
      'a first boot that failed, on later boots too',
      () => {
        machine().script('/etc/immutablue/scripts/system/first_boot/10-a.sh', 'exit 9');
        machine().run(RUN_SCRIPTS, 'system', 'first_boot');
      },
      'problem first boot: failed: /etc/immutablue/scripts/system/first_boot/10-a.sh (exit code 9)',
    ],
  ])('reports %s', (_what, breakIt, expected) => {
    breakIt();
    const { exitCode, report } = doctor();
    expect([exitCode, report.healthy]).toEqual([1, false]);
    expect(complaints(report)).toEqual([expect.stringContaining(expected)]);
  });

  it('finds nothing wrong with a deployment that waits, or a first boot to come', () => {
    machine().write('/run/ostree/staged-deployment', '');
    machine().immutablue('reset-first-boot');
    const { exitCode, report } = doctor();
    expect(exitCode).toBe(0);
    expect(complaints(report)).toEqual([
      'notice deployments: a new deployment waits for the next boot',
      'notice first boot: not done: its scripts are running, or run the next time',
    ]);
  });

  it.each([
    ['activating', 0, 'notice system scripts: those of on_boot are running'],
    ['inactive', 1, 'problem system scripts: those of on_boot have not run: immutablue-on-boot.service is inactive'],
  ])('tells scripts that are still to come from those that never ran: %s', (state, code, expected) => {
    withUnits('', state);
    rmSync(machine().path('/run/immutablue/results/system/on_boot.json'));
    const { exitCode, report } = doctor();
    expect([exitCode, complaints(report)]).toEqual([code, [expected]]);
  });

  it("looks at a user's units and scripts for a user", () => {
    machine().run(RUN_SCRIPTS, 'user', 'first_login');
    machine().run(RUN_SCRIPTS, 'user', 'on_boot');
    machine().actAs(1000);
    machine().script('/etc/immutablue/scripts/user/weekly/10-a.sh', 'exit 9');
    machine().run(RUN_SCRIPTS, 'user', 'weekly');
    const { report } = doctor();
    expect(report.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['user units', 'first login', 'user scripts']),
    );
    expect(complaints(report)).toEqual([
      'problem user scripts: failed: /etc/immutablue/scripts/user/weekly/10-a.sh (exit code 9)',
    ]);
    expect(machine().takeCalls()).toContain('systemctl --user list-units --failed --plain --no-legend --full');
  });
});
