import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { buildAlone, isFromCache, nxAlone, recordedId, textIn } from './support/built-images';
import { serveFiles, type FileServer } from './support/http-server';
import { createPackager } from './support/signed-packages';
import { createTinyWorkspace, TINY } from './support/tiny-image';
import { addUpgradableImage, UPGRADABLE } from './support/upgradable-image';
import { disposeWithoutOrphans, HEADLESS_IMAGE, imageOf, type Workspace } from './support/workspace';

/** When a build runs although nothing has changed, and which image counts from then on. */
let workspace: Workspace;

beforeAll(async () => {
  workspace = await createTinyWorkspace();
});

afterAll(() => disposeWithoutOrphans(workspace));

/** Writes something else each time that it runs. */
const UNIQUE = { 'build/55-unique.sh': 'echo "notice: it runs"\ncat /proc/sys/kernel/random/uuid >/usr/unique\n' };

describe('a clean build', () => {
  const VARIANT = 'e2e-unique';
  let registry: Registry;

  beforeAll(async () => {
    const directory = join(workspace.root, 'tmp', 'registry');
    registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
    await addUpgradableImage(workspace);
    await workspace.addVariant(VARIANT, { from: UPGRADABLE, files: UNIQUE });
    await buildAlone(workspace, VARIANT);
  });

  afterAll(() => registry.stop());

  it('runs each time that it is asked for', async () => {
    const seen = [await textIn(workspace, VARIANT, '/usr/unique')];
    for (const time of ['first', 'second']) {
      const output = await buildAlone(workspace, VARIANT, '--clean');
      expect([time, isFromCache(output, `${VARIANT}:build`)]).toEqual([time, false]);
      expect(output).toMatch(/it runs$/m);
      seen.push(await textIn(workspace, VARIANT, '/usr/unique'));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('gives the image that a plain build takes', async () => {
    await buildAlone(workspace, VARIANT, '--clean');
    const last = await recordedId(workspace, VARIANT);
    await buildAlone(workspace, VARIANT);
    expect(await recordedId(workspace, VARIANT)).toBe(last);
    expect(await workspace.store.imageId(imageOf(VARIANT))).toBe(last);
  });

  it('gives the image that is tested, whatever was tested before', async () => {
    const test = async () => {
      await nxAlone(workspace, 'run-many', '--targets', 'build,test', '--projects', VARIANT);
      const text = await readFile(join(workspace.root, 'packages', VARIANT, 'dist/test.json'), 'utf8');
      return (JSON.parse(text) as { imageId: string }).imageId;
    };
    await test();
    await buildAlone(workspace, VARIANT, '--clean');
    const last = await recordedId(workspace, VARIANT);
    expect(await test()).toBe(last);
    expect(await recordedId(workspace, VARIANT)).toBe(last);
    expect(await workspace.store.imageId(imageOf(VARIANT))).toBe(last);
  });

  it('gives the image that is published', async () => {
    await buildAlone(workspace, VARIANT, '--clean');
    const last = await recordedId(workspace, VARIANT);
    await nxAlone(workspace, 'run-many', '--targets', 'build,test', '--projects', VARIANT);
    const published = await nxAlone(workspace, 'run', `${VARIANT}:publish`, `--registry=${registry.address}/e2e`);
    expect([published.exitCode, published.output]).toEqual([0, expect.stringContaining('published ')]);
    const local = await workspace.store.run('skopeo', 'inspect', '--config', `containers-storage:@${last}`);
    const inRegistry = await workspace.store.run(
      ...(['skopeo', 'inspect', '--tls-verify=false', '--config'] as const),
      `docker://${registry.address}/e2e/${VARIANT}:44`,
    );
    expect(JSON.parse(inRegistry)).toEqual(JSON.parse(local));
  });

  it('of a parent gives the image that its child stands on', async () => {
    await workspace.addVariant('e2e-on-unique', {
      from: VARIANT,
      files: { 'build/55-copy.sh': '# reads: /usr/unique\ncat /usr/unique >/usr/copied\n' },
    });
    await buildAlone(workspace, 'e2e-on-unique');
    await buildAlone(workspace, VARIANT, '--clean');
    const last = await recordedId(workspace, VARIANT);
    await nxAlone(workspace, 'run-many', '--targets', 'build', '--projects', `${VARIANT},e2e-on-unique`);
    expect(await recordedId(workspace, VARIANT)).toBe(last);
    const unique = await textIn(workspace, VARIANT, '/usr/unique');
    expect(await textIn(workspace, 'e2e-on-unique', '/usr/copied')).toBe(unique);
  });
});

describe('with repositories of packages', () => {
  let server: FileServer;

  beforeAll(async () => {
    const served = join(workspace.root, 'tmp', 'served');
    await mkdir(served, { recursive: true });
    server = await serveFiles(served);
    const packager = await createPackager(join(workspace.root, 'tmp', 'packager'));
    await packager.publish(join(served, 'rpms'), [{ name: 'e2e-tool', version: '1' }]);
    await writeFile(join(served, 'key.asc'), packager.publicKey);
    const lines = ['[e2e]', 'name=e2e', `baseurl=${server.url}/rpms`, 'gpgcheck=1', `gpgkey=${server.url}/key.asc`, ''];
    await writeFile(join(served, 'e2e.repo'), lines.join('\n'));
  });

  afterAll(() => server.close());

  const packagesYaml = () =>
    [
      'immutablue:',
      '  repo_urls:',
      `    all: [{name: e2e.repo, url: ${server.url}/e2e.repo}]`,
      '  rpm:',
      '    all: [e2e-tool]',
      '',
    ].join('\n');

  it('a clean build fails when the server of packages does, however often there was one', async () => {
    await workspace.addVariant('e2e-served', { files: { 'packages.yaml': packagesYaml() } });
    await buildAlone(workspace, 'e2e-served', '--clean');
    server.answerWith(500);
    const again = await nxAlone(workspace, 'build', 'e2e-served', '--clean');
    server.answerWith('files');
    expect(again.exitCode).not.toBe(0);
    expect(again.output).toContain('error[build/repository-down]');
  });

  it('without a lock, of the real profile, explain says that all runs, and all runs', async () => {
    // An image of this machine is pulled from nowhere; that of the lab, without the lab's repository.
    const name = 'localhost/e2e/open';
    const container = await workspace.store.run('buildah', 'from', '--pull-never', HEADLESS_IMAGE);
    const root = await workspace.store.run('buildah', 'mount', container);
    await rm(join(root, 'etc/yum.repos.d/immutablue-lab.repo'));
    await workspace.store.run('buildah', 'commit', '--quiet', '--rm', container, `${name}:44`);
    await workspace.addVariant('e2e-open', {
      from: name,
      files: { 'packages.yaml': packagesYaml(), 'build/55-write.sh': 'echo "notice: it runs"\n' },
    });
    await buildAlone(workspace, 'e2e-open', '-c', 'f44');

    const explained = await nxAlone(workspace, 'run', 'e2e-open:explain', '-c', 'f44', '--json');
    const { output } = explained;
    const [{ stages } = { stages: [] }] = JSON.parse(
      output.slice(output.indexOf('[\n'), output.lastIndexOf(']') + 1),
    ) as readonly { readonly stages: readonly { readonly outcome: string }[] }[];
    expect(new Set(stages.map(({ outcome }) => outcome))).toEqual(new Set(['runs']));
    const again = await buildAlone(workspace, 'e2e-open', '-c', 'f44');
    expect(isFromCache(again, 'e2e-open:build')).toBe(false);
    expect(again).toContain('[30-install-packages] install 1 package');
    expect(again).toMatch(/it runs$/m);
  });
});

describe("an image's name", () => {
  const VARIANT = 'e2e-named';
  const EDIT = `packages/${VARIANT}/build/55-edit.sh`;
  const named = () => workspace.store.imageId(imageOf(VARIANT));
  let before: string | undefined;
  let edited: string | undefined;

  beforeAll(async () => {
    await workspace.addVariant(VARIANT, { from: TINY });
    await buildAlone(workspace, VARIANT);
    before = await named();
    await workspace.write(EDIT, 'echo edited >/usr/edited\n');
    await buildAlone(workspace, VARIANT);
    edited = await named();
    await rm(join(workspace.root, EDIT));
  });

  it.each([
    ['show', 'project', VARIANT, '--json'],
    ['show', 'target', `${VARIANT}:build`, '--json'],
    ['build', VARIANT, '--graph=tmp/graph.json'],
    ['run', `${VARIANT}:plan`],
    ['run', `${VARIANT}:explain`],
    ['run', `${VARIANT}:check`],
  ])('is left alone by: nx %s %s', async (...args) => {
    expect(edited).not.toBe(before);
    const { exitCode, output } = await nxAlone(workspace, ...args);
    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    expect(await named()).toBe(edited);
  });

  it('goes back to the earlier image when the edit is taken back and built', async () => {
    await buildAlone(workspace, VARIANT);
    expect(await named()).toBe(before);
    expect(await recordedId(workspace, VARIANT)).toBe(before);
  });
});
