import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { errorsIn } from './support/errors';
import { outputOf } from './support/program';
import { createTinyWorkspace, TINY } from './support/tiny-image';
import { imageOf, type Workspace } from './support/workspace';

/** Pushing to a registry on loopback. The images are tiny: all their layers have to be compressed. */
let workspace: Workspace;
let registry: Registry;

beforeAll(async () => {
  workspace = await createTinyWorkspace();

  const directory = join(workspace.root, 'tmp', 'registry');
  registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
  await workspace.addVariant('e2e-base', { from: TINY, files: { 'artifacts/overrides/usr/share/e2e/base': 'base\n' } });
  await workspace.addVariant('e2e-teal', {
    from: 'e2e-base',
    files: { 'artifacts/overrides/usr/share/e2e/teal': 'teal\n' },
  });
  for (const variant of ['e2e-base', 'e2e-teal']) {
    outputOf(await workspace.nx('build', variant, '--exclude-task-dependencies'));
  }
});

afterAll(async () => {
  await registry.stop();
  await workspace.dispose();
});

function push(destination: string) {
  return workspace.nx('run', 'e2e-teal:push', `--registry=${destination}`, '--exclude-task-dependencies');
}

interface Manifest {
  readonly layers: readonly { readonly digest: string }[];
}

it("pushes the image with its parents' layers, and says by which digest the registry has it", async () => {
  const { exitCode, output } = await push(`${registry.address}/e2e`);
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });

  const pushed = `docker://${registry.address}/e2e/e2e-teal`;
  const inspect = async (...flags: string[]) =>
    JSON.parse(await workspace.store.run('skopeo', 'inspect', '--tls-verify=false', ...flags)) as unknown;
  const { Digest: digest } = (await inspect(`${pushed}:44`)) as { Digest: string };
  expect(output).toContain(`pushed ${registry.address}/e2e/e2e-teal@${digest}\n`);

  const { rootfs } = (await inspect('--config', `${pushed}@${digest}`)) as { rootfs: { diff_ids: string[] } };
  const local = await workspace.store.run('skopeo', 'inspect', '--config', `containers-storage:${imageOf('e2e-teal')}`);
  expect(rootfs.diff_ids).toEqual((JSON.parse(local) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids);
  expect(rootfs.diff_ids).toHaveLength(3);

  const { layers } = (await inspect('--raw', `${pushed}@${digest}`)) as Manifest;
  for (const layer of layers) {
    const blob = await fetch(`http://${registry.address}/v2/e2e/e2e-teal/blobs/${layer.digest}`, { method: 'HEAD' });
    expect(blob.status).toBe(200);
  }
});

it('gives the same digest again', async () => {
  const digests = [];
  for (let count = 0; count < 2; count += 1) {
    digests.push(/@(sha256:[0-9a-f]{64})$/m.exec((await push(`${registry.address}/e2e`)).output)?.[1]);
  }
  expect(digests[0]).toBeDefined();
  expect(digests[0]).toBe(digests[1]);
});

it('refuses to push an image of the lab to a registry elsewhere, before it asks for anything', async () => {
  const { exitCode, output } = await push('quay.io/e2e');
  expect(exitCode).toBe(1);
  expect(errorsIn(output)).toEqual([
    [
      'error[push/not-loopback]: `localhost/immutablue/e2e-teal:44` was built on the lab and may only be pushed to a registry on this machine, not to `quay.io`',
      '  hint: for a try: `--registry=127.0.0.1:5000/immutablue`; for the real image: `npx nx run e2e-teal:push -c f44`',
    ].join('\n'),
  ]);
});

it('says which registry cannot be reached', async () => {
  const { exitCode, output } = await push('127.0.0.1:9/e2e');
  expect(exitCode).toBe(1);
  const [error = ''] = errorsIn(output);
  expect(error).toMatch(
    /^error\[oci\/registry-refused\]: the registry did not take `127\.0\.0\.1:9\/e2e\/e2e-teal:44`$/m,
  );
  expect(error).toContain('hint: is the registry `127.0.0.1:9` running and reachable?');
});
