import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { createWorkspace, type Workspace } from './support/workspace';

/** Passwords in addresses, of proxies above all: which commands get them, and that no output tells them. */
const TOOL = '#!/bin/sh\necho tool\n';

let workspace: Workspace;
/** Answers as a proxy too: it is asked for whole addresses then, and serves what their paths name. */
let proxy: FileServer;

beforeAll(async () => {
  workspace = await createWorkspace();
  const served = join(workspace.root, 'tmp', 'served');
  await mkdir(served, { recursive: true });
  await writeFile(join(served, 'tool'), TOOL);
  proxy = await serveFiles(served);
  const sha256 = createHash('sha256').update(TOOL).digest('hex');
  await workspace.addVariant('e2e-proxies', {
    files: {
      'packages.yaml': `immutablue:\n  downloads:\n    all:\n      - {name: tool, url: 'http://127.0.0.1:1/tool', sha256: '${sha256}', path: /usr/bin/tool}\n`,
      'build/45-look.sh': "env | grep -i proxy || echo 'no proxies here'\n",
    },
  });
});

afterAll(async () => {
  await proxy.close();
  await workspace.dispose();
});

it('go to what fetches, to no script, and into nothing that is printed or kept', async () => {
  const address = proxy.url.replace('http://', 'http://me:hunter2@');
  const proxies = { http_proxy: address, HTTPS_PROXY: address, all_proxy: address, no_proxy: 'example.org' };
  const { exitCode, output } = await workspace.nxWith(
    proxies,
    'build',
    'e2e-proxies',
    '--exclude-task-dependencies',
    '--verbose',
  );
  expect([exitCode, errorsIn(output)]).toEqual([0, []]);
  // Nothing listens at port 1 (tcpmux, RFC 1078): only the proxy knows what is there.
  expect(proxy.requests).toEqual(['/tool']);
  const dist = join(workspace.root, 'packages/e2e-proxies/dist');
  const files = await Promise.all((await readdir(dist)).map((name) => readFile(join(dist, name), 'utf8')));
  expect(files.join('')).toContain('| no proxies here');
  for (const text of [output, ...files]) expect(text).not.toContain('hunter2');
});

it('have no part in what is fetched: a repository definition with a password is refused, and not shown', async () => {
  await writeFile(join(workspace.root, 'tmp/served/a.repo'), '[a]\nbaseurl=https://me:hunter2@example.org/\n');
  await workspace.addVariant('e2e-secret-repository', {
    files: {
      'packages.yaml': `immutablue:\n  repo_urls:\n    all:\n      - {name: a.repo, url: '${proxy.url}/a.repo'}\n`,
    },
  });
  const { exitCode, output } = await workspace.nx('build', 'e2e-secret-repository', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  expect(errorsIn(output).join('\n')).toMatch(
    /error\[build\/repository-secret\][^]*packages\.yaml:4:9[^]*line 2: an address with a user name or a password/,
  );
  expect(output).not.toContain('hunter2');
});

it('are masked in the message of a download that fails', async () => {
  const broken = { http_proxy: 'http://me:hunter2@127.0.0.1:1' };
  await workspace.write(
    'packages/e2e-proxies/packages.yaml',
    `immutablue:\n  downloads:\n    all:\n      - {name: tool, url: 'http://127.0.0.1:1/other', sha256: '${'0'.repeat(64)}', path: /usr/bin/tool}\n`,
  );
  const { exitCode, output } = await workspace.nxWith(broken, 'build', 'e2e-proxies', '--exclude-task-dependencies');
  expect(exitCode).toBe(1);
  expect(output).toContain('error[build/download-failed]');
  expect(output).not.toContain('hunter2');
});
