import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFromCache } from './support/built-images';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputOf } from './support/program';
import { createPackager } from './support/signed-packages';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What only the repositories and servers know: `check --online` asks them, and builds nothing. */
let workspace: Workspace;
let server: FileServer;
let closed: FileServer;

const TOKEN = 'reader:e2e-token-of-a-test';
const ONLINE = ['--online', '-c', 'lab'] as const;

beforeAll(async () => {
  workspace = await createWorkspace();
  const served = join(workspace.root, 'tmp', 'served');
  const packager = await createPackager(join(workspace.root, 'tmp', 'packager'));
  await packager.publish(join(served, 'rpms'), [
    { name: 'e2e-tool', version: '1.0' },
    { name: 'e2e-broken', version: '1.0', requires: ['e2e-nowhere'] },
    { name: 'e2e-single', version: '1.0' },
  ]);
  server = await serveFiles(served);
  closed = await serveFiles(served, undefined, TOKEN);
  await writeFile(join(served, 'key.asc'), packager.publicKey);
  await writeFile(join(served, 'e2e.repo'), definition('e2e', `${server.url}/rpms`, `${server.url}/key.asc`));
  await writeFile(join(served, 'closed.repo'), definition('closed', `${closed.url}/rpms`, `${server.url}/key.asc`));
  await writeFile(join(served, 'keyless.repo'), definition('keyless', `${server.url}/rpms`, `${server.url}/no.asc`));
  await mkdir(join(served, 'get-only'));
  await symlink('../key.asc', join(served, 'get-only', 'tool'));
});

afterAll(async () => {
  await server.close();
  await closed.close();
  await disposeWithoutOrphans(workspace);
});

function definition(id: string, address: string, key: string): string {
  return [`[${id}]`, `name=${id}`, `baseurl=${address}`, 'gpgcheck=1', `gpgkey=${key}`, ''].join('\n');
}

const REPOSITORY = (name = 'e2e') =>
  `  repo_urls:\n    all:\n      - name: ${name}.repo\n        url: ${server.url}/${name}.repo\n`;

const add = (name: string, lists: string, files: Readonly<Record<string, string>> = {}, from?: string) =>
  workspace.addVariant(name, {
    ...(from === undefined ? {} : { from }),
    keys: { secrets: '[repo-token]' },
    files: { 'packages.yaml': `immutablue:\n${lists}`, ...files },
  });

async function faultsOf(variant: string, added: Readonly<Record<string, string>> = {}): Promise<string> {
  const { exitCode, output } = await workspace.nxWith(added, 'run', `${variant}:check`, ...ONLINE);
  expect([exitCode, output]).toEqual([1, expect.anything()]);
  return withoutPorts(errorsIn(output).join('\n\n'));
}

function withoutPorts(text: string): string {
  return text.replaceAll(server.url, 'http://server').replaceAll(closed.url, 'http://closed');
}

it('finds what is there, where a HEAD is refused, too', async () => {
  server.answerHeadsOf('/get-only/tool', 405);
  const download = `  downloads:\n    all:\n      - name: tool\n        url: ${server.url}/get-only/tool\n        sha256: ${'a'.repeat(64)}\n        path: /usr/bin/tool\n`;
  await add(
    'e2e-online',
    `${REPOSITORY()}${download}  rpm:\n    all: [e2e-tool]\n  rpm_url:\n    all: [${server.url}/rpms/e2e-single-1.0-1.noarch.rpm]\n`,
  );
  const output = outputOf(await workspace.nx('run', 'e2e-online:check', ...ONLINE));
  expect(output).toContain('e2e-online 44 x86_64: found 1 of 1 packages and 5 of 5 addresses');
});

it('asks each time with --online, and never without it', async () => {
  const asked = () => server.requests.length;
  const before = asked();
  const again = outputOf(await workspace.nx('run', 'e2e-online:check', ...ONLINE));
  expect(isFromCache(again, 'e2e-online:check')).toBe(false);
  expect(asked()).toBeGreaterThan(before);
  const offline = asked();
  for (const isCached of [false, true]) {
    const output = outputOf(await workspace.nx('run', 'e2e-online:check'));
    expect(isFromCache(output, 'e2e-online:check')).toBe(isCached);
  }
  expect(asked()).toBe(offline);
});

it('names everything that is missing, each with its line', async () => {
  await add(
    'e2e-online-missing',
    [
      REPOSITORY(),
      '  rpm:\n    all:\n      - e2e-tool\n      - e2e-absent\n      - e2e-tool-9.9\n      - e2e-broken\n',
      '  rpm_rm:\n    all: [e2e-misspelt]\n',
      `  rpm_url:\n    all:\n      - ${server.url}/rpms/gone-1.0-1.noarch.rpm\n`,
      `  zfs_rpm_url:\n    44: ${server.url}/zfs-release-3-0.fc44.noarch.rpm\n`,
    ].join(''),
  );
  expect(await faultsOf('e2e-online-missing')).toMatchInlineSnapshot(`
   "error[online/gone]: the RPM is gone: nothing is at \`http://server/rpms/gone-1.0-1.noarch.rpm\`
      --> packages/e2e-online-missing/packages.yaml:16:9
      |
   16 |       - http://server/rpms/gone-1.0-1.noarch.rpm
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | HTTP 404
     hint: look for the address that it has now; a build fails with this one
   error[online/gone]: the RPM is gone: nothing is at \`http://server/zfs-release-3-0.fc44.noarch.rpm\`
      --> packages/e2e-online-missing/packages.yaml:18:9
      |
   18 |     44: http://server/zfs-release-3-0.fc44.noarch.rpm
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | HTTP 404
     hint: look for the address that it has now; a build fails with this one
   error[build/package-not-found]: no repository has a package \`e2e-absent\`
     --> packages/e2e-online-missing/packages.yaml:9:9
     |
   9 |       - e2e-absent
     |         ^^^^^^^^^^
     | \`http://server/rpms/gone-1.0-1.noarch.rpm\` may bring a repository
     hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture
   error[build/package-not-found]: no repository has a package \`e2e-tool-9.9\`
      --> packages/e2e-online-missing/packages.yaml:10:9
      |
   10 |       - e2e-tool-9.9
      |         ^^^^^^^^^^^^
     | \`http://server/rpms/gone-1.0-1.noarch.rpm\` may bring a repository
     hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture
   error[build/package-not-found]: \`e2e-broken-1.0-1.noarch\` needs \`e2e-nowhere\`, which no repository has
      --> packages/e2e-online-missing/packages.yaml:11:9
      |
   11 |       - e2e-broken
      |         ^^^^^^^^^^
     | \`http://server/rpms/gone-1.0-1.noarch.rpm\` may bring a repository
     hint: is a repository missing in \`repo_urls\`, or has the package not been made for this release?
   error[build/package-not-found]: neither the image nor a repository has a package \`e2e-misspelt\`
      --> packages/e2e-online-missing/packages.yaml:13:11
      |
   13 |     all: [e2e-misspelt]
      |           ^^^^^^^^^^^^
     | \`http://server/rpms/gone-1.0-1.noarch.rpm\` may bring a repository
     hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture"
  `);
});

it('names what definitions lead to, in those of overrides with their own lines', async () => {
  await add('e2e-online-definitions', `${REPOSITORY('keyless')}  rpm:\n    all: [e2e-tool, e2e-absent]\n`, {
    'artifacts/overrides/etc/yum.repos.d/own.repo': definition(
      'own',
      `${server.url}/$basearch/nothing`,
      `${server.url}/key.asc\n  ${server.url}/key-$releasever.asc`,
    ),
  });
  expect(await faultsOf('e2e-online-definitions')).toMatchInlineSnapshot(`
   "error[online/gone]: the metadata of the repository \`own\` is gone: nothing is at \`http://server/x86_64/nothing/repodata/repomd.xml\`
     --> packages/e2e-online-definitions/artifacts/overrides/etc/yum.repos.d/own.repo:3:9
     |
   3 | baseurl=http://server/$basearch/nothing
     |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | HTTP 404
     hint: look for the address that it has now; a build fails with this one
   error[online/gone]: a key of the repository \`own\` is gone: nothing is at \`http://server/key-44.asc\`
     --> packages/e2e-online-definitions/artifacts/overrides/etc/yum.repos.d/own.repo:6:3
     |
   6 |   http://server/key-$releasever.asc
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | HTTP 404
     hint: look for the address that it has now; a build fails with this one
   error[online/gone]: a key of the repository \`keyless\` is gone: nothing is at \`http://server/no.asc\`
     --> packages/e2e-online-definitions/packages.yaml:4:9
     |
   4 |       - name: keyless.repo
     |         ^^^^^^^^^^^^^^^^^^
     | HTTP 404
     hint: look for the address that it has now; a build fails with this one
   error[build/package-not-found]: no repository has a package \`e2e-absent\`
     --> packages/e2e-online-definitions/packages.yaml:7:21
     |
   7 |     all: [e2e-tool, e2e-absent]
     |                     ^^^^^^^^^^
     | the repository \`own\` cannot be read
     hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture"
  `);
});

it('says of a server that it cannot be reached, and not that anything is missing', async () => {
  await add(
    'e2e-online-unreachable',
    [
      '  repo_urls:\n    all:\n      - name: down.repo\n        url: http://127.0.0.1:1/down.repo\n',
      '  rpm:\n    all: [e2e-absent]\n',
      '  rpm_post_url:\n    all: [http://127.0.0.1:1/a.rpm]\n',
    ].join(''),
  );
  expect(await faultsOf('e2e-online-unreachable')).toMatchInlineSnapshot(`
   "error[online/unreachable]: \`127.0.0.1:1\` cannot be reached: nothing is known of what it has
     --> packages/e2e-online-unreachable/packages.yaml:4:9
     |
   4 |       - name: down.repo
     |         ^^^^^^^^^^^^^^^
     | curl: (7) Failed to connect to 127.0.0.1 port 1 after 0 ms: Could not connect to server
     | http://127.0.0.1:1/down.repo  packages/e2e-online-unreachable/packages.yaml:4:9
     | http://127.0.0.1:1/a.rpm  packages/e2e-online-unreachable/packages.yaml:9:11
     hint: is there a network, and a proxy that it needs? Try again later, or check the name of the host"
  `);
});

it('gives repositories their credentials, and says where some are asked for', async () => {
  const lists = `  repo_urls:\n    all:\n      - name: closed.repo\n        url: ${closed.url}/closed.repo\n        secret: repo-token\n  rpm:\n    all: [e2e-tool]\n`;
  await add('e2e-online-closed', lists);
  const given = { IMMUTABLUE_SECRET_REPO_TOKEN: TOKEN };
  const output = outputOf(await workspace.nxWith(given, 'run', 'e2e-online-closed:check', ...ONLINE));
  expect(output).not.toContain('e2e-token-of-a-test');
  expect(await faultsOf('e2e-online-closed')).toMatchInlineSnapshot(`
   "error[online/refused]: the repository definition \`closed.repo\` is refused: \`http://closed/closed.repo\`
     --> packages/e2e-online-closed/packages.yaml:4:9
     |
   4 |       - name: closed.repo
     |         ^^^^^^^^^^^^^^^^^
     | HTTP 401
     hint: give the secret \`repo-token\`, or another value: IMMUTABLUE_SECRET_<NAME>, or \`--secret repo-token=<path>\`"
  `);
});

it('looks in the repositories of the parents, which need not be built', async () => {
  await add('e2e-online-child', '  rpm:\n    all: [e2e-tool, e2e-absent]\n', {}, 'e2e-online');
  expect(await faultsOf('e2e-online-child')).toMatchInlineSnapshot(`
   "error[build/package-not-found]: no repository has a package \`e2e-absent\`
     --> packages/e2e-online-child/packages.yaml:3:21
     |
   3 |     all: [e2e-tool, e2e-absent]
     |                     ^^^^^^^^^^
     hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture"
  `);
});

it('leaves open what a dep-builder may bring that has not run', async () => {
  await add('e2e-online-deps', '  rpm:\n    all: [e2e-absent]\n', { 'deps/Containerfile': 'FROM scratch\n' });
  const output = outputOf(await workspace.nx('run', 'e2e-online-deps:check', ...ONLINE));
  expect(output).toContain('`e2e-absent` was not found: the dep-builder, which has not run, may bring it');
});
