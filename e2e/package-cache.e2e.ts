import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { createWorkspace, HEADLESS_IMAGE, imageOf, type Workspace } from './support/workspace';

/** RPMs from a server, as the real ones are: those of the lab's file:// repository are never copied into a cache. */
let workspace: Workspace;
let server: FileServer;
let served: string;

/** How many ask for an RPM before any gets it. */
let together = 1;
const waiting: (() => void)[] = [];

beforeAll(async () => {
  workspace = await createWorkspace();
  served = join(workspace.root, 'tmp', 'served');
  await mkdir(served, { recursive: true });
  await cp(join(workspace.root, '.immutablue/lab/repository/rpms'), join(served, 'rpms'), { recursive: true });
  server = await serveFiles(served, async (path) => {
    if (!path.endsWith('.rpm')) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= together) for (const answer of waiting.splice(0)) answer();
    });
  });
  await writeFile(
    join(served, 'e2e.repo'),
    [
      '[e2e]',
      'name=Of a test',
      `baseurl=${server.url}/rpms`,
      // Before the lab's own, which has the same packages.
      'priority=1',
      'gpgcheck=1',
      'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-immutablue-lab',
      '',
    ].join('\n'),
  );
  for (const variant of ['e2e-jade', 'e2e-mint', 'e2e-opal']) {
    await workspace.addVariant(variant, {
      files: {
        'packages.yaml': [
          'immutablue:',
          '  repo_urls:',
          `    all: [{name: e2e.repo, url: '${server.url}/e2e.repo'}]`,
          '  rpm:',
          '    all: [htop]',
          '',
        ].join('\n'),
      },
    });
  }
  const container = await workspace.store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
  const id = await workspace.store.run('buildah', 'commit', '--quiet', '--rm', container);
  await workspace.store.run('buildah', 'tag', id, HEADLESS_IMAGE.replace(/:44$/, ':43'));
});

afterAll(async () => {
  await server.close();
  await workspace.dispose();
});

it('lets two builds fetch at the same time: neither waits for the other to have done', async () => {
  together = 2;
  const { exitCode, output } = await workspace.nx(
    ...['run-many', '--targets', 'build', '--projects', 'e2e-jade,e2e-mint', '--parallel', '2'],
    '--exclude-task-dependencies',
  );
  expect([exitCode, errorsIn(output)]).toEqual([0, []]);
  expect(output).not.toMatch(/waiting for process/i);
  expect(rpmsAskedFor()).toEqual([expect.stringMatching(/^htop-/), expect.stringMatching(/^htop-/)]);
  expect(await workspace.store.imageId(imageOf('e2e-mint'))).toBeDefined();
});

it('keeps what was fetched once, under the checksum of its content', async () => {
  const names = (await readdir(rpms())).filter((name) => name !== '.partial');
  expect(names).toHaveLength(1);
  const content = await readFile(join(rpms(), names[0] ?? ''));
  expect(createHash('sha256').update(content).digest('hex')).toBe(names[0]?.replace(/\.rpm$/, ''));
});

it('fetches nothing again for another variant, or for another release', async () => {
  together = 1;
  await expectNothingFetched('e2e-opal');
  const settings = await readFile(join(workspace.root, 'nx.json'), 'utf8');
  // The first one is the lab's.
  await workspace.write('nx.json', settings.replace('"releases": ["44", "43"]', '"releases": ["43", "44"]'));
  await expectNothingFetched('e2e-jade');
  await workspace.write('nx.json', settings);
  expect(await workspace.store.imageId('localhost/immutablue/e2e-jade:43')).toBeDefined();
});

async function expectNothingFetched(variant: string): Promise<void> {
  server.requests.splice(0);
  const { exitCode, output } = await workspace.nx('build', variant, '--exclude-task-dependencies', '--verbose');
  expect([exitCode, errorsIn(output)]).toEqual([0, []]);
  expect(output).toMatch(/\[SKIPPED\] htop-.*Already downloaded/);
  expect(rpmsAskedFor()).toEqual([]);
  expect(server.requests).toContain('/rpms/repodata/repomd.xml');
}

it('does not take a changed package for the one that it has, and fetches it again', async () => {
  const [name = ''] = (await readdir(rpms())).filter((entry) => entry !== '.partial');
  const { size } = await stat(join(rpms(), name));
  await writeFile(join(rpms(), name), Buffer.alloc(size));
  server.requests.splice(0);
  const { exitCode, output } = await workspace.nx(
    'build',
    'e2e-mint',
    '--exclude-task-dependencies',
    '--clean',
    '--verbose',
  );
  expect([exitCode, errorsIn(output)]).toEqual([0, []]);
  expect(rpmsAskedFor()).toHaveLength(1);
  const content = await readFile(join(rpms(), name));
  expect(createHash('sha256').update(content).digest('hex')).toBe(name.replace(/\.rpm$/, ''));
});

it('leaves nothing of a build behind', async () => {
  expect(await readdir(join(workspace.cacheDirectory, 'packages', 'builds'))).toEqual([]);
  expect(await workspace.store.orphans()).toEqual([]);
});

function rpms(): string {
  return join(workspace.cacheDirectory, 'rpms');
}

function rpmsAskedFor(): string[] {
  return server.requests.filter((path) => path.endsWith('.rpm')).map((path) => path.replace('/rpms/', ''));
}
