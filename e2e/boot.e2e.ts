import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '@immutablue/oci';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/**
 * Images that are booted, as root in a container of systemd-nspawn. The variants here have nothing but the lab's headless image,
 * under a name that it is given without a build: `--exclude-task-dependencies`.
 */
let workspace: Workspace;
let image: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  image = await workspace.seedImages('e2e-teal', 'e2e-child');
});

afterEach(async () => {
  await rm(join(workspace.root, 'packages/e2e-teal'), { recursive: true });
  expect(await orphans()).toEqual([]);
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).toBe(image);
});

afterAll(() => workspace.dispose());

/** What no run may leave behind: besides what the store tells, files of machines, control groups and files of nspawn. */
async function orphans(): Promise<readonly string[]> {
  const groups = await Promise.all(['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].map(namesIn));
  const names = [...groups.flat(), ...(await namesIn('/run/systemd/nspawn/propagate'))];
  const own = await ownProcesses();
  return [
    ...(await workspace.store.orphans()),
    ...(await namesIn(join(workspace.cacheDirectory, 'boot'))),
    // Those of other runs on this machine are none of ours.
    ...names.filter((name) => own.some((pid) => name.startsWith(`immutablue-build-boot-${pid}-`))),
  ];
}

/** The process IDs of this test's runs, which the names of machines have in them. */
const seen = new Set<string>();

async function ownProcesses(): Promise<readonly string[]> {
  for (const name of await namesIn(join(workspace.cacheDirectory, 'boot'))) recordProcess(name);
  return [...seen];
}

function recordProcess(name: string): void {
  const pid = /^immutablue-build-boot-(\d+)-/.exec(name)?.[1];
  if (pid !== undefined) seen.add(pid);
}

async function addVariant(checks: string): Promise<void> {
  await workspace.addVariant('e2e-teal', { files: { 'boot-checks.yaml': checks } });
}

function boot(variant: string) {
  return workspace.nx('boot', variant, '--exclude-task-dependencies', '--verbose');
}

const ADMINISTRATOR = `
files:
  - path: /etc/systemd/system/e2e-count.service
    content: |
      [Service]
      Type=oneshot
      RemainAfterExit=yes
      ExecStart=/etc/e2e/count
  - path: /etc/systemd/system/multi-user.target.d/e2e.conf
    content: |
      [Unit]
      Wants=e2e-count.service
  - path: /etc/e2e/count
    mode: '0755'
    content: |
      #!/bin/bash
      echo "boot" >>/var/lib/e2e-count
`;

it('boots twice when a check asks for it, with files of an administrator, and /var kept between the boots', async () => {
  await addVariant(`${ADMINISTRATOR}
checks:
  - name: it ran once
    boot: first
    command: [cat, /var/lib/e2e-count]
    output: boot
  - name: it ran again
    boot: second
    script: wc -l </var/lib/e2e-count
    output_pattern: ^2$
  - name: only /etc and /var can be written
    script: |
      touch /etc/e2e-written /var/e2e-written
      ! touch /usr/e2e-written
  - name: there is no network but the machine's own
    script: ls /sys/class/net
    output: lo
`);
  const { exitCode, output } = await boot('e2e-teal');
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  expect(output).toMatch(/^boot 1 of 2 with systemd-nspawn$/m);
  expect(output).toMatch(/^ok {6}boot 1: the system is running after \d/m);
  expect(output).toMatch(/^ok {6}boot 1: e2e-teal: it ran once \(/m);
  expect(output).not.toMatch(/boot 2: e2e-teal: it ran once/);
  expect(output).toMatch(/^ok {6}boot 2: e2e-teal: it ran again \(/m);
  expect(output).toMatch(/^- {7}boot 1: first_boot: no results$/m);
  expect(output).toMatch(/e2e-teal:44: 8 passed, 0 failed$/m);

  const report = JSON.parse(await readDist('boot.json')) as { readonly items: readonly { readonly title: string }[] };
  expect(report.items.map(({ title }) => title)).toContain('e2e-teal: it ran again');
  expect(await readDist('boot.junit.xml')).toMatch(/<testsuite name="\S+e2e-teal:44 boot 2" tests="5" failures="0"/);
  expect(await readDist('boot.log')).toContain('Reached target');
});

it('names what failed: a check with its line, a unit with its journal, scripts with their exit codes', async () => {
  await addVariant(`
files:
  - path: /etc/systemd/system/e2e-broken.service
    content: |
      [Service]
      Type=oneshot
      ExecStart=/bin/sh -c 'echo this is why; exit 3'
  - path: /etc/systemd/system/e2e-allowed.service
    content: |
      [Service]
      Type=oneshot
      ExecStart=/bin/false
  - path: /etc/systemd/system/e2e-runner.service
    content: |
      [Service]
      Type=oneshot
      ExecStart=/bin/bash /etc/e2e/runner
  - path: /etc/systemd/system/multi-user.target.d/e2e.conf
    content: |
      [Unit]
      Wants=e2e-broken.service e2e-allowed.service e2e-runner.service
  - path: /etc/e2e/runner
    content: |
      mkdir -p /run/immutablue/results/system
      echo '{"occasion":"on_boot","scope":"system","scripts":[{"path":"/etc/e2e/script","exitCode":7,"milliseconds":1}],"failed":1}' \\
        >/run/immutablue/results/system/on_boot.json
checks:
  - name: prints the right thing
    command: [echo, the wrong thing]
    output: the right thing
  - name: ends in time
    command: [sleep, '30']
    timeout: 1
  - name: works
    command: ['true']
allow_failed_units:
  - unit: e2e-allowed.service
    reason: it is there to fail
`);
  const { exitCode, output } = await boot('e2e-teal');
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ok {6}boot 1: the system is degraded/m);
  expect(output).toMatch(/^ok {6}boot 1: e2e-teal: works/m);
  expect(output).toMatch(/^FAILED {2}boot 1: e2e-teal: prints the right thing/m);
  expect(output).toMatch(/^FAILED {2}boot 1: unit e2e-broken.service$/m);
  expect(output).toMatch(/^allowed boot 1: unit e2e-allowed.service: it is there to fail$/m);
  expect(output).toMatch(/^FAILED {2}boot 1: on_boot: 1 script, 1 failed/m);
  expect(output).toContain('check `prints the right thing` printed something else than `the right thing`');
  expect(output).toMatch(/--> packages\/e2e-teal\/boot-checks\.yaml:\d+:11\n[^]*\| the wrong thing$/m);
  expect(output).toContain('check `ends in time` did not end within 1 s');
  expect(output).toMatch(
    /error\[boot\/unit-failed\]: the unit `e2e-broken.service` failed\n(.*\n)* {2}\| this is why$/m,
  );
  expect(output).toMatch(/^ {2}\| \/etc\/e2e\/script: exit code 7$/m);
});

const QUADLET = `
files:
  - path: /etc/containers/systemd/e2e.container
    content: |
      [Unit]
      Requires=e2e-image.service
      After=e2e-image.service
      [Container]
      ContainerName=e2e
      Image=localhost/e2e
      Pull=never
      Network=none
      PodmanArgs=--stop-signal=SIGKILL
      Exec=sleep infinity
      [Install]
      WantedBy=multi-user.target
  - path: /etc/systemd/system/e2e-image.service
    content: |
      [Service]
      Type=oneshot
      ExecStart=/etc/e2e/import
  - path: /etc/e2e/import
    mode: '0755'
    content: |
      #!/bin/bash
      set -euo pipefail
      if podman image exists localhost/e2e; then exit; fi
      echo imported >>/var/lib/e2e-imports
      tree=$(mktemp --directory)
      cp --parents /usr/bin/sleep $(ldd /usr/bin/sleep | grep --only-matching '/[^ ]*') "$tree"
      tar --create --directory "$tree" . | podman import - localhost/e2e
`;

it('starts containers of quadlets, whose images are kept between the boots', async () => {
  await addVariant(`${QUADLET}
checks:
  - name: the container runs
    command: [podman, ps, --format, '{{.Names}} {{.State}}']
    output: e2e running
  - name: its image is still there
    boot: second
    script: grep --count . /var/lib/e2e-imports
    output: '1'
`);
  const { exitCode, output } = await boot('e2e-teal');
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
});

it('says what a system waits for that does not start in time', async () => {
  await addVariant(`
files:
  - path: /etc/systemd/system/e2e-slow.service
    content: |
      [Service]
      Type=oneshot
      ExecStart=/bin/sleep 600
  - path: /etc/systemd/system/multi-user.target.d/e2e.conf
    content: |
      [Unit]
      Wants=e2e-slow.service
`);
  const { exitCode, output } = await workspace.nx('boot', 'e2e-teal', '--exclude-task-dependencies', '--timeout=5');
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^error\[boot\/not-running\]: the system was still starting after (?:[5-9]|\d\d)/m);
  expect(output).toMatch(/^ {2}\| .*e2e-slow.service .*start/m);
});

it('runs the checks of the parent, too, its own last', async () => {
  await addVariant('checks:\n  - name: of the parent\n    command: [pwd]\n    output: /\n');
  const checks = 'checks:\n  - name: of the child\n    command: [id, --user]\n    output: "0"\n';
  await workspace.addVariant('e2e-child', { from: 'e2e-teal', files: { 'boot-checks.yaml': checks } });
  const { exitCode, output } = await boot('e2e-child');
  await rm(join(workspace.root, 'packages/e2e-child'), { recursive: true });
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
  expect(output).toMatch(/e2e-teal: of the parent[^]*e2e-child: of the child/);
});

it('says everything that is wrong with the file before it boots', async () => {
  await addVariant(`
files:
  - path: /usr/bin/x
    content: ''
checks:
  - name: nothing
  - nam: x
    command: []
`);
  const { exitCode, output } = await boot('e2e-teal');
  expect(exitCode).not.toBe(0);
  expect(output).toContain('`/usr/bin/x` is not a path below /etc or /var');
  expect(output).toMatch(/unknown key `nam`\n +--> packages\/e2e-teal\/boot-checks\.yaml:7:5/);
  expect(output).not.toMatch(/^boot 1/m);
});

const SLOW = 'checks:\n  - name: slow\n    command: [sleep, "600"]\n    timeout: 700\n';

it.each([
  ['Ctrl-C', 'startNx'],
  ['Ctrl-C on a terminal', 'startNxOnTerminal'],
] as const)('%s in the middle of a check leaves nothing behind', async (_, start) => {
  await addVariant(SLOW);
  const nx = workspace[start]('boot', 'e2e-teal', '--exclude-task-dependencies', '--verbose');
  await nx.says(/the system is running/);
  await ownProcesses();
  const started = performance.now();
  if (start === 'startNx') nx.signalGroup('SIGINT');
  else nx.type('\u0003');
  expect((await nx.outcome).exitCode).toBe(130);
  await waitForEnd();
  expect(performance.now() - started).toBeLessThan(60_000);
});

it('clears up at the next run what a killed one left; the machine itself ends with it', async () => {
  await addVariant(SLOW);
  const nx = workspace.startNx('boot', 'e2e-teal', '--exclude-task-dependencies', '--verbose');
  await nx.says(/the system is running/);
  await ownProcesses();
  expect(await orphans()).toContainEqual(expect.stringMatching(/^process \d+ \S*systemd\b/));
  nx.signalGroup('SIGKILL');
  await nx.outcome;
  await waitForProcesses();
  expect(await orphans()).toContainEqual(expect.stringMatching(/^container immutablue-build-boot-\d+-\d+$/));

  await workspace.write('packages/e2e-teal/boot-checks.yaml', 'checks: []\n');
  const { exitCode, output } = await boot('e2e-teal');
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^removed immutablue-build-boot-\d+-\d+, which an earlier run left behind$/m);
});

/** Nx does not wait for its tasks on a terminal. */
async function waitForEnd(): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await orphans()).length > 0 && Date.now() < deadline);
}

/** What a killed run had started ends by itself, at once. */
async function waitForProcesses(): Promise<void> {
  const processes = async () => (await workspace.store.orphans()).filter((line) => line.startsWith('process '));
  const deadline = Date.now() + 60_000;
  while ((await processes()).length > 0 && Date.now() < deadline);
  expect(await processes()).toEqual([]);
}

function readDist(name: string): Promise<string> {
  return readFile(join(workspace.root, 'packages/e2e-teal/dist', name), 'utf8');
}
