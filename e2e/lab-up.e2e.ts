import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { serveFiles } from './support/http-server';
import { createWorkspace, type Workspace } from './support/workspace';

/** What `lab:up` establishes, whatever Nx has of earlier runs. */
let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.dispose());

async function up(...options: string[]): Promise<string> {
  const { exitCode, output } = await workspace.nx('run', 'lab:up', ...options);
  if (exitCode !== 0) throw new Error(output);
  return output;
}

it('has the repository that the variants ask for, each time that they ask for another', async () => {
  const repository = async (...packages: string[]) => {
    const list = `immutablue:\n  rpm:\n    all: [${packages.join(', ')}]\n`;
    await workspace.addVariant('e2e-teal', { files: { 'packages.yaml': list } });
    await up();
    return readlink(join(workspace.root, '.immutablue/lab/repository'));
  };
  const [without, added] = [await repository('e2e-first'), await repository('e2e-first', 'e2e-second')];
  expect(added).not.toBe(without);
  expect(await repository('e2e-first')).toBe(without);
  expect(await repository('e2e-first', 'e2e-second')).toBe(added);
  expect(await repository('e2e-first')).toBe(without);
});

it('has nothing to do when nothing has changed since', async () => {
  await up();
  await up();
  const started = performance.now();
  expect(await up()).toMatch(/existing outputs match the cache|local cache/);
  expect(performance.now() - started).toBeLessThan(30_000);
});

it('has its record of what builds depend on as the lab is', async () => {
  const file = 'tools/lab/dist/lab.json';
  const record = await readFile(join(workspace.root, file), 'utf8');
  await workspace.write(file, '{}');
  await up();
  expect(await readFile(join(workspace.root, file), 'utf8')).toBe(record);
});

describe('the registry', () => {
  const pid = async () =>
    Number(await readFile(join(workspace.cacheDirectory, 'lab', 'registry', 'registry.pid'), 'utf8'));
  const answers = async (port: number) => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok;
  afterAll(async () => {
    process.kill(await pid(), 'SIGKILL');
  });

  it('answers after each `lab:up --registry`, also when it was killed or hangs', async () => {
    const server = await serveFiles(workspace.root);
    const port = Number(new URL(server.url).port);
    await server.close();
    const options = ['--registry', `--port=${port}`];
    expect(await up(...options)).toContain(`registry on 127.0.0.1:${port}`);
    const first = await pid();
    await up(...options);
    expect(await pid()).toBe(first);
    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      process.kill(await pid(), signal);
      await up(...options);
      expect(await answers(port)).toBe(true);
    }
  });
});
