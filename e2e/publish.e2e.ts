import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { errorsIn } from './support/errors';
import { outputOf, type Outcome } from './support/program';
import { builtImage, leaveTests, tagsOf } from './support/published';
import { startRegistryProxy, type RegistryProxy } from './support/registry-proxy';
import { createUpgradableWorkspace, UPGRADABLE } from './support/upgradable-image';
import { imageOf, type Workspace } from './support/workspace';

/** Publishing to a registry on loopback, which is looked at by skopeo and by plain requests. The images are tiny. */
let workspace: Workspace;
let registry: Registry;
let proxy: RegistryProxy;

beforeAll(async () => {
  workspace = await createUpgradableWorkspace();
  const directory = join(workspace.root, 'tmp', 'registry');
  registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
  proxy = await startRegistryProxy(registry.address);
  await workspace.addVariant('e2e-base', {
    from: UPGRADABLE,
    files: { 'artifacts/overrides/usr/share/e2e/base': 'base\n' },
  });
  await workspace.addVariant('e2e-teal', {
    from: 'e2e-base',
    files: { 'artifacts/overrides/usr/share/e2e/teal': 'teal\n' },
  });
  for (const variant of ['e2e-base', 'e2e-teal']) {
    outputOf(await workspace.nx('build', variant, '--exclude-task-dependencies'));
  }
});

afterAll(async () => {
  await proxy.close();
  await registry.stop();
  await workspace.dispose();
});

function publish(variant: string, ...options: string[]): Promise<Outcome> {
  return workspace.nx('run', `${variant}:publish`, `--registry=${proxy.address}/e2e`, ...options);
}

function errorOf({ exitCode, output }: Outcome): { exitCode: number; error: string | undefined } {
  return { exitCode, error: errorsIn(output)[0] };
}

describe('what is not built and tested is not published', () => {
  it('refuses an image that was not tested', async () => {
    expect(errorOf(await publish('e2e-teal'))).toEqual({
      exitCode: 1,
      error: [
        'error[publish/not-tested]: the image of `e2e-teal` is not published: it was not tested',
        '  hint: build and test it: `npx nx test e2e-teal`',
      ].join('\n'),
    });
    expect(await tagsOf(registry.address, 'e2e/e2e-teal')).toEqual([]);
  });

  it('refuses one when another was tested', async () => {
    await leaveTests(workspace, 'e2e-teal', { imageId: 'a'.repeat(64) });
    const { error } = errorOf(await publish('e2e-teal'));
    expect(error).toContain('the tests in `dist/test.json` are of another image');
  });

  it('refuses one whose tests failed', async () => {
    await leaveTests(workspace, 'e2e-teal', { status: 'failed' });
    expect(errorOf(await publish('e2e-teal')).error).toContain('its tests failed: `kernel`');
    expect(await tagsOf(registry.address, 'e2e/e2e-teal')).toEqual([]);
  });

  it('refuses one whose files have changed since it was built', async () => {
    await leaveTests(workspace, 'e2e-teal');
    const file = 'packages/e2e-teal/artifacts/overrides/usr/share/e2e/teal';
    await workspace.write(file, 'another\n');
    expect(errorOf(await publish('e2e-teal')).error).toContain(
      'error[publish/outdated]: the image of `e2e-teal` was built from other files than are here now',
    );
    await workspace.write(file, 'teal\n');
  });

  it('refuses to publish an image of the lab elsewhere, before it asks for anything', async () => {
    const outcome = await workspace.nx('run', 'e2e-teal:publish', '--registry=quay.io/e2e');
    expect(errorOf(outcome)).toEqual({
      exitCode: 1,
      error: [
        'error[publish/not-loopback]: `localhost/immutablue/e2e-teal:44` was built on the lab and may only be published to a registry on this machine, not to `quay.io`',
        '  hint: for a try: `--registry=127.0.0.1:5000/immutablue`; for the real image: `npx nx run e2e-teal:publish -c f44`',
      ].join('\n'),
    });
  });

  it('publishes the image that was built, wherever its name has been moved', async () => {
    await workspace.store.run('buildah', 'tag', await builtImage(workspace, 'e2e-base'), imageOf('e2e-teal'));
    await leaveTests(workspace, 'e2e-base');
    outputOf(await publish('e2e-base'));
    const { exitCode, output } = await publish('e2e-teal');
    expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
    const config = await inspect('e2e-teal:44', '--config');
    expect(config.rootfs?.diff_ids).toHaveLength(3);
    await workspace.store.run('buildah', 'tag', await builtImage(workspace, 'e2e-teal'), imageOf('e2e-teal'));
  });
});

interface Inspected {
  readonly rootfs?: { readonly diff_ids: readonly string[] };
  readonly layers?: readonly { readonly digest: string; readonly size: number }[];
  readonly Digest?: string;
}

async function inspect(reference: string, ...flags: string[]): Promise<Inspected> {
  const source = `docker://${registry.address}/e2e/${reference}`;
  return JSON.parse(
    await workspace.store.run('skopeo', 'inspect', '--tls-verify=false', ...flags, source),
  ) as Inspected;
}

describe('what is published', () => {
  it('is the image, layer by layer, under the digest that is printed', async () => {
    const { output } = await publish('e2e-teal');
    const { Digest: digest } = await inspect('e2e-teal:44');
    expect(output).toContain(`published ${proxy.address}/e2e/e2e-teal@${digest ?? ''}`);
    const local = await workspace.store.run(
      'skopeo',
      'inspect',
      '--config',
      `containers-storage:${imageOf('e2e-teal')}`,
    );
    expect(await inspect('e2e-teal:44', '--config')).toEqual(JSON.parse(local));
  });

  it('sends nothing twice, and says so in a dry run', async () => {
    const { output } = await publish('e2e-teal', '--dry-run');
    expect(output).toContain('nothing would be sent: all layers are there, or in another repository');
  });

  it('takes from the parent what the parent has: not one byte of it is sent', async () => {
    const parents = (await inspect('e2e-base:44', '--raw')).layers ?? [];
    const own = (await inspect('e2e-teal:44', '--raw')).layers?.at(-1);
    await workspace.addVariant('e2e-olive', {
      from: 'e2e-base',
      files: { 'artifacts/overrides/usr/share/e2e/olive': 'olive\n' },
    });
    outputOf(await workspace.nx('build', 'e2e-olive', '--exclude-task-dependencies'));
    await leaveTests(workspace, 'e2e-olive');
    proxy.takeBytes();
    outputOf(await publish('e2e-olive'));
    const sent = proxy.takeBytes();
    expect((await inspect('e2e-olive:44', '--raw')).layers?.slice(0, -1)).toEqual(parents);
    expect(sent).toBeLessThan(50_000);
    expect(own?.size).toBeLessThan(sent);
  });
});

it('says which registry cannot be reached', async () => {
  const { exitCode, output } = await workspace.nx('run', 'e2e-teal:publish', '--registry=127.0.0.1:9/e2e');
  expect(exitCode).toBe(1);
  expect(errorsIn(output)[0]).toMatch(/^error\[registry\/unreachable\]/m);
});
