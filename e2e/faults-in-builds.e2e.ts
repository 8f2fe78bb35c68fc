import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInContainer } from '@immutablue/oci';
import { errorsIn, sectionsOf } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { makeUnsignedRepository } from './support/unsigned-package';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** A fault: the files that make it, and the one error that tells it. `SERVER` stands for a server on loopback, `FOUND` for the checksum of a file there. */
interface Fault {
  readonly variant: string;
  readonly files: Readonly<Record<string, string>>;
  readonly error: string;
  /** Something else that the build says. */
  readonly says?: string;
}

/** A packages.yaml with one pinned file. */
function downloadOf(url: string, sha256: string): string {
  return `immutablue:\n  downloads:\n    all:\n      - name: tool\n        url: ${url}\n        sha256: '${sha256}'\n        path: /usr/bin/tool\n`;
}

const FAULTS: readonly Fault[] = [
  {
    variant: 'e2e-script',
    files: {
      'packages.yaml': 'immutablue:\n  file_rm:\n    all: [/usr/no-such-path]\n',
      'build/50-remove-files.sh': '# A comment.\nvalue=7\n\n  ls /nowhere | cat\necho "${value}"\n',
    },
    error: `
error[build/sub-stage-failed]: \`e2e-script\` failed in 50-remove-files: the script ended with exit code 2
  --> packages/e2e-script/build/50-remove-files.sh:4:3
  |
4 |   ls /nowhere | cat
  |   ^^^^^^^^^^^^^^^^^
  | ls: cannot access '/nowhere': No such file or directory
  hint: to look around in the container as it is then: \`npx nx build e2e-script --on-failure=keep\``,
  },
  {
    variant: 'e2e-unset',
    files: { 'build/35-mesa.sh': 'echo one\necho "${no_such_variable}"\n' },
    error: `
error[build/sub-stage-failed]: \`e2e-unset\` failed in 35-mesa: the script ended with exit code 1
  --> packages/e2e-unset/build/35-mesa.sh:2:1
  |
2 | echo "\${no_such_variable}"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  | one
  | /run/immutablue/context/build/35-mesa.sh: line 2: no_such_variable: unbound variable
  hint: to look around in the container as it is then: \`npx nx build e2e-unset --on-failure=keep\``,
  },
  {
    variant: 'e2e-syntax',
    files: { 'build/35-mesa.sh': 'if true; then\n  echo two\nfi)\n' },
    error: `
error[build/sub-stage-failed]: \`e2e-syntax\` failed in 35-mesa: the script ended with exit code 2
  --> packages/e2e-syntax/build/35-mesa.sh:3:1
  |
3 | fi)
  | ^^^
  | /run/immutablue/context/build/35-mesa.sh: line 3: syntax error near unexpected token \`)'
  hint: to look around in the container as it is then: \`npx nx build e2e-syntax --on-failure=keep\``,
  },
  {
    variant: 'e2e-rpm',
    files: { 'packages.yaml': 'immutablue:\n  rpm:\n    all:\n      - tmux\n      - no-such-package\n' },
    error: `
error[build/package-not-found]: no repository has a package \`no-such-package\`
  --> packages/e2e-rpm/packages.yaml:5:9
  |
5 |       - no-such-package
  |         ^^^^^^^^^^^^^^^
  hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture`,
  },
  {
    variant: 'e2e-server-down',
    files: {
      'packages.yaml':
        'immutablue:\n  repo_urls:\n    all:\n      - name: down.repo\n        url: http://127.0.0.1:9/down.repo\n',
    },
    error: `
error[build/repository-down]: a repository cannot be reached
  --> packages/e2e-server-down/packages.yaml:4:9
  |
4 |       - name: down.repo
  |         ^^^^^^^^^^^^^^^
  | curl: (7) Failed to connect to 127.0.0.1 port 9 after 0 ms: Could not connect to server
  hint: try again later, or check the address; nothing was changed and the previous image is still there`,
  },
  {
    variant: 'e2e-packages-down',
    files: {
      'packages.yaml':
        'immutablue:\n  repo_urls:\n    all:\n      - {name: dead.repo, url: SERVER/dead.repo}\n  rpm:\n    all: [tmux]\n',
    },
    error: `
error[build/repository-down]: the repository \`e2e-dead\` cannot be reached
  | - Curl error (7): Could not connect to server for http://127.0.0.1:9/rpms/repodata/repomd.xml [Failed to connect to 127.0.0.1 port 9 after 0 ms: Could not connect to server]
  | Error: Failed to download metadata for repo 'e2e-dead': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried
  hint: try again later, or check the address; nothing was changed and the previous image is still there`,
  },
  {
    variant: 'e2e-unsigned',
    files: {
      'packages.yaml':
        'immutablue:\n  repo_urls:\n    all:\n      - {name: unsigned.repo, url: SERVER/unsigned.repo}\n  rpm:\n    all: [e2e-unsigned]\n',
    },
    error: `
error[build/not-signed]: the package \`e2e-unsigned-1-1.noarch.rpm\` is not signed with a key of its repository
  --> packages/e2e-unsigned/packages.yaml:6:11
  |
6 |     all: [e2e-unsigned]
  |           ^^^^^^^^^^^^
  hint: the repository definition names the key as \`gpgkey=\`; an unsigned package is never installed`,
    says: '/etc/yum.repos.d/unsigned.repo did not check the signatures of e2e-unsigned: gpgcheck=1 is set now',
  },
  {
    variant: 'e2e-unit',
    files: { 'packages.yaml': 'immutablue:\n  services_enable_sys:\n    all: [ssh.service, no-such.service]\n' },
    error: `
error[build/unit-not-found]: there is no unit \`no-such.service\` in the image
  --> packages/e2e-unit/packages.yaml:3:24
  |
3 |     all: [ssh.service, no-such.service]
  |                        ^^^^^^^^^^^^^^^
  hint: a package or an override must bring it; units have their type in the name, like \`sshd.service\``,
  },
  {
    variant: 'e2e-static',
    files: {
      'packages.yaml': 'immutablue:\n  services_enable_sys:\n    all: [ssh.service, systemd-journald.service]\n',
    },
    error: `
error[build/unit-not-enableable]: the system unit \`systemd-journald.service\` cannot be enabled: no section [Install] says what starts it
  --> packages/e2e-static/packages.yaml:3:24
  |
3 |     all: [ssh.service, systemd-journald.service]
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^
  | the unit is /usr/lib/systemd/system/systemd-journald.service in the image
  hint: write \`[Install]\` with \`WantedBy=\` in the unit or in a drop-in of it; if a socket or a timer starts it, enable that instead`,
  },
  {
    variant: 'e2e-dots',
    files: { 'packages.yaml': 'immutablue:\n  file_rm:\n    all:\n      - /usr/../../etc/passwd\n' },
    error: `
error[yaml/wrong-value]: \`/usr/../../etc/passwd\` is not an absolute path
  --> packages/e2e-dots/packages.yaml:4:9
  |
4 |       - /usr/../../etc/passwd
  |         ^^^^^^^^^^^^^^^^^^^^^
  hint: begin with \`/\`, and leave out \`.\`, \`..\`, doubled and trailing slashes`,
  },
  {
    variant: 'e2e-link',
    files: { 'artifacts/overrides/opt/thing/file': 'x\n' },
    error: `
error[override/forbidden-path]: \`/opt/thing/file\` cannot be in the image: /opt is a link into /var or /run on these systems, so that no update reaches it
  --> packages/e2e-link/artifacts/overrides/opt/thing/file:1:1
  hint: put it below /usr/lib, and a link in /usr/bin where one is needed`,
  },
  {
    variant: 'e2e-outside',
    files: {
      'build/05-link.sh': 'ln -s /var/lib/elsewhere /usr/share/e2e\n',
      'artifacts/overrides/usr/share/e2e/file': 'x\n',
    },
    error: `
error[override/forbidden-path]: \`/usr/share/e2e/file\` leads to \`/var/lib/elsewhere/file\` through a link of the root filesystem: /var is unpacked at the first installation only, so that no update reaches it
  --> packages/e2e-outside/artifacts/overrides/usr/share/e2e/file:1:1
  hint: put it below /usr and have it made at boot: a line in /usr/lib/tmpfiles.d/<name>.conf (tmpfiles.d(5))`,
  },
  {
    variant: 'e2e-checksum',
    files: { 'packages.yaml': downloadOf('SERVER/unsigned.repo', '0'.repeat(64)) },
    error: `
error[build/wrong-checksum]: what is at \`SERVER/unsigned.repo\` is not what \`tool\` is pinned to
  --> packages/e2e-checksum/packages.yaml:4:9
  |
4 |       - name: tool
  |         ^^^^^^^^^^
  | sha256 expected: ${'0'.repeat(64)}
  | sha256 found:    FOUND
  hint: find out why the file is another one before you put the new checksum there`,
  },
  {
    variant: 'e2e-no-download',
    files: { 'packages.yaml': downloadOf('SERVER/nowhere', '0'.repeat(64)) },
    error: `
error[build/download-failed]: \`SERVER/nowhere\` cannot be fetched
  --> packages/e2e-no-download/packages.yaml:4:9
  |
4 |       - name: tool
  |         ^^^^^^^^^^
  | curl: (22) The requested URL returned error: 404
  hint: try again later, or check the address; nothing was changed and the previous image is still there`,
  },
  {
    variant: 'e2e-quadlet',
    files: { 'packages.yaml': 'immutablue:\n  quadlets_enable_sys:\n    all: [web.container]\n' },
    error: `
error[build/unit-not-found]: there is no quadlet \`web.container\` in the image
  --> packages/e2e-quadlet/packages.yaml:3:11
  |
3 |     all: [web.container]
  |           ^^^^^^^^^^^^^
  hint: put it among the overrides, at /usr/share/containers/systemd/web.container`,
  },
];

let workspace: Workspace;
let server: FileServer;
let previous: string;
let exitCode: number;
let sections: ReadonlyMap<string, string>;
let servedSha256: string;

/** All of them are built in one go, each on top of an image that its name stands for already. */
beforeAll(async () => {
  workspace = await createWorkspace();
  const served = join(workspace.root, 'tmp', 'served');
  await makeUnsignedRepository(join(served, 'rpms'));
  server = await serveFiles(served);
  await writeDefinition('dead', 'http://127.0.0.1:9/rpms', 1);
  await writeDefinition('unsigned', `${server.url}/rpms`, 0);

  servedSha256 = createHash('sha256')
    .update(await readFile(join(served, 'unsigned.repo')))
    .digest('hex');

  previous = await workspace.seedImages(...FAULTS.map(({ variant }) => variant));
  for (const { variant, files } of FAULTS) {
    const texts = Object.entries(files).map(([path, text]) => [path, text.replaceAll('SERVER', server.url)]);
    await workspace.addVariant(variant, { files: Object.fromEntries(texts) });
  }
  const variants = FAULTS.map(({ variant }) => variant).join();
  // Without the lab's own task, which would make a stand-in for every package that is asked for.
  const outcome = await workspace.nx(
    ...['run-many', '--targets', 'build', '--projects', variants, '--parallel', '2'],
    ...['--exclude-task-dependencies', '--outputStyle', 'static'],
  );
  exitCode = outcome.exitCode;
  sections = sectionsOf(outcome.output);

  async function writeDefinition(name: string, baseUrl: string, check: 0 | 1): Promise<void> {
    await mkdir(served, { recursive: true });
    const lines = [`[e2e-${name}]`, `name=${name}`, `baseurl=${baseUrl}`, `gpgcheck=${check}`, ''];
    await writeFile(join(served, `${name}.repo`), lines.join('\n'));
  }
});

afterAll(async () => {
  await server.close();
  await workspace.dispose();
});

it('ends with an exit code other than 0', () => {
  expect(exitCode).toBe(1);
  expect([...sections.keys()].sort()).toEqual(FAULTS.map(({ variant }) => variant).sort());
});

it.each(FAULTS)('$variant: one error, and the previous image is kept', async ({ variant, error, says }) => {
  const section = sections.get(variant) ?? '';
  const expected = error.trim().replaceAll('SERVER', server.url).replace('FOUND', servedSha256);
  expect(errorsIn(section)).toEqual([expected]);
  expect(section).toContain(says ?? '');
  expect(await workspace.store.imageId(imageOf(variant))).toBe(previous);
});

it('leaves nothing behind', async () => {
  expect(await workspace.store.orphans()).toEqual([]);
});

it('keeps the container of a failed build when asked to, until the next build', async () => {
  const { exitCode, output } = await workspace.nx(
    ...['build', 'e2e-script', '--on-failure=keep', '--exclude-task-dependencies'],
  );
  expect(exitCode).toBe(1);
  const container = /the container is kept: `buildah run --isolation chroot (\S+) -- bash`/.exec(output)?.[1] ?? '';
  const command = ['cat', '/usr/immutablue/packages/e2e-script.yaml'];
  const { stdout } = await runInContainer({ container, command }, { environment: workspace.store.environment });
  expect(stdout).toContain('no-such-path');

  await workspace.addVariant('e2e-next');
  const next = await workspace.nx('build', 'e2e-next', '--exclude-task-dependencies');
  expect(next.output).toContain(`removed ${container}, which an earlier build left behind`);
  expect(await workspace.store.orphans()).toEqual([]);
});

it('names the instruction at which a dep-builder failed', async () => {
  const containerfile =
    'ARG IMAGE\nFROM ${IMAGE} AS builder\nRUN seq 1 100 && \\\n  false\nFROM scratch\nCOPY --from=builder /etc /\n';
  await workspace.addVariant('e2e-deps', { files: { 'deps/Containerfile': containerfile } });
  const { exitCode, output } = await workspace.nx('deps', 'e2e-deps', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  const [error = ''] = errorsIn(output);
  expect(error).toContain(
    [
      'error[build/dependency-container-failed]: the dep-builder of `e2e-deps` failed at `RUN seq 1 100 &&   false`',
      '  --> packages/e2e-deps/deps/Containerfile:3:1',
      '  |',
      '3 | RUN seq 1 100 && \\',
    ].join('\n'),
  );
  expect(await workspace.store.orphans()).toEqual([]);
});
