import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { statIfThere } from '@immutablue/oci';
import { startWithResults, writeNxJson } from './support/nx-cache';
import { outputOf, type Outcome } from './support/program';
import { proxyTo } from './support/proxy';
import { PASSWORD, startSecuredRegistry } from './support/secured-registry';
import { createTinyWorkspace, TINY } from './support/tiny-image';
import { imageOf, nxProgram, type Workspace } from './support/workspace';

/** Results of Nx tasks in a registry on loopback, with Nx itself in two clones. */
let scratch: string;
let server: Registry;
let first: Workspace;
let second: Workspace;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'e2e-nx-cache-'));
  await writeNxJson(scratch, {});
  server = await startRegistry(createLabContext({ workspaceRoot: scratch }), { directory: join(scratch, 'registry') });
  const create = async () => {
    const workspace = await createTinyWorkspace();
    for (const name of ['e2e-one', 'e2e-two']) await workspace.addVariant(name, { from: TINY });
    await workspace.commit();
    return workspace;
  };
  first = await create();
  second = await create();
});
afterAll(async () => {
  await first.dispose();
  await second.dispose();
  await server.stop();
  await rm(scratch, { recursive: true });
});

const nxWith = (workspace: Workspace, options: readonly string[], ...args: string[]) =>
  startWithResults(
    options,
    [process.execPath, nxProgram(workspace.root), ...args, '--outputStyle=static'],
    placeIn(workspace),
  ).outcome;
const placeIn = ({ root, environment }: Workspace, added: Readonly<Record<string, string>> = {}) => ({
  root,
  cwd: root,
  environment: { ...environment, ...added },
});
const TASKS = ['run-many', '--targets', 'check,typecheck', '--projects', 'e2e-one,e2e-two,diagnostics'] as const;

it('takes in a second clone what the first has kept, from a registry with TLS and a password behind a proxy', async () => {
  const secured = await startSecuredRegistry(join(scratch, 'secured'));
  const proxy = await proxyTo(secured.address);
  const authFile = join(scratch, 'auth.json');
  const host = 'registry.example:443';
  const auth = Buffer.from(`me:${PASSWORD}`).toString('base64');
  await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }));
  const environment = {
    NODE_EXTRA_CA_CERTS: join(secured.certificates, 'ca.crt'),
    REGISTRY_AUTH_FILE: authFile,
    http_proxy: proxy.address,
    https_proxy: proxy.address,
  };
  const run = async (workspace: Workspace, option: string) => {
    const command = [process.execPath, nxProgram(workspace.root), ...TASKS, '--outputStyle=static'];
    const outcome = await startWithResults(
      [option, `${host}/family/nx-cache`],
      command,
      placeIn(workspace, environment),
    ).outcome;
    expect(outcome.output).not.toContain(PASSWORD);
    return outcome;
  };
  try {
    expect(tasksIn(await run(first, '--write'))).toEqual({
      'diagnostics:typecheck': 'ran',
      'e2e-one:check': 'ran',
      'e2e-two:check': 'ran',
    });
    const outcome = await run(second, '--read');
    expect(tasksIn(outcome)).toEqual({
      'diagnostics:typecheck': 'remote cache',
      'e2e-one:check': 'remote cache',
      'e2e-two:check': 'remote cache',
    });
    expect(outcome.output).toContain('nx-cache: 3 results of tasks taken, 0 kept');
    expect(await statIfThere(join(second.root, 'libs/diagnostics/dist/index.d.ts'))).toBeDefined();
  } finally {
    proxy.close();
    await secured.stop();
  }
});

it('builds an image that is in the store of another machine alone, whatever is kept', async () => {
  const options = ['--write', `${server.address}/builds`] as const;
  const build = (workspace: Workspace) => nxWith(workspace, options, 'build', 'e2e-one');
  expect(tasksIn(await build(first))).toMatchObject({ 'e2e-one:build': 'ran' });
  const image = await first.store.imageId(imageOf('e2e-one'));
  expect(tasksIn(await build(second))).toMatchObject({ 'e2e-one:build': 'ran' });
  expect(await second.store.imageId(imageOf('e2e-one'))).toBeDefined();

  // The image is gone, and Nx's own cache with it; the ledger, dist/image.json and the registry are as they were.
  expect(tasksIn(await build(first))).toMatchObject({ 'e2e-one:build': 'local cache' });
  await first.store.run('buildah', 'rmi', '--force', image ?? '');
  await rm(join(first.root, '.nx'), { recursive: true });
  expect(tasksIn(await build(first))).toMatchObject({ 'e2e-one:build': 'ran' });
  expect(await first.store.imageId(imageOf('e2e-one'))).toBe(image);
});

it('runs on when the registry ends in the middle', async () => {
  const own = await startRegistry(createLabContext({ workspaceRoot: scratch }), { directory: join(scratch, 'ends') });
  const nx = `"${process.execPath}" "${nxProgram(first.root)}"`;
  await appendFile(join(first.root, 'packages/e2e-one/variant.yaml'), '# another hash\n');
  const check = (name: string) => `${nx} run ${name}:check --outputStyle=static`;
  const script = `${check('e2e-one')} && echo half && until test -e go; do sleep 0.1; done && ${check('e2e-two')}`;
  try {
    const program = startWithResults(['--write', `${own.address}/nx-cache`], ['bash', '-c', script], placeIn(first));
    await program.says(/^half$/m);
    await own.stop();
    await first.write('go', '');
    const output = outputOf(await program.outcome);
    const log = output.split('\n').filter((line) => line.startsWith('nx-cache: '));
    expect(log.map((line) => line.replaceAll(own.address, 'HOST'))).toEqual([
      expect.stringMatching(/^nx-cache: warning: registry `HOST` could not be reached \(ECONNREFUSED\)/),
      'nx-cache: 0 results of tasks taken, 1 kept',
    ]);
  } finally {
    await own.stop();
  }
});

/** Where the results of tasks are from, as Nx says. */
function tasksIn(outcome: Outcome): Readonly<Record<string, string>> {
  const lines = [
    ...outputOf(outcome).matchAll(/^> nx run (?<task>[\w-]+:[\w-]+)(?::\w+)?(?: +\[(?<from>[^\]]+)\])?$/gm),
  ];
  return Object.fromEntries(lines.map(({ groups }) => [groups?.['task'] ?? '', groups?.['from'] ?? 'ran']));
}
