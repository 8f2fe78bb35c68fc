import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { outputOf, type Outcome } from './support/program';
import { leaveTests, tagsOf } from './support/published';
import { startRegistryProxy } from './support/registry-proxy';
import { PASSWORD, startSecuredRegistry, type SecuredRegistry } from './support/secured-registry';
import { createUpgradableWorkspace, UPGRADABLE } from './support/upgradable-image';
import type { Workspace } from './support/workspace';

/** Where images are published to: schemes of tags, several architectures, registries with TLS and a password, a full one. */
let workspace: Workspace;
let registry: Registry;
let scratch: string;

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'places-e2e-'));
  workspace = await createUpgradableWorkspace();
  registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), {
    directory: join(scratch, 'registry'),
  });
  await workspace.addVariant('e2e-teal', {
    from: UPGRADABLE,
    keys: { image: 'immutablue-teal', platforms: '[linux/amd64, linux/arm64]' },
    files: { 'artifacts/overrides/usr/share/e2e/teal': 'teal\n' },
  });
  await workspace.addVariant('e2e-olive', {
    from: UPGRADABLE,
    keys: { image: 'immutablue-olive' },
    files: { 'artifacts/overrides/usr/share/e2e/olive': 'olive\n' },
  });
  for (const variant of ['e2e-teal', 'e2e-olive']) {
    outputOf(await workspace.nx('build', variant, '--exclude-task-dependencies'));
    await leaveTests(workspace, variant);
  }
});

afterAll(async () => {
  await registry.stop();
  await workspace.dispose();
  await rm(scratch, { recursive: true });
});

function publish(variant: string, ...options: string[]): Promise<Outcome> {
  return workspace.nx('run', `${variant}:publish`, `--registry=${registry.address}/e2e`, ...options);
}

/** The tags of images, without those of what hangs on them. */
async function namesOf(repository: string): Promise<string[]> {
  return (await tagsOf(registry.address, repository)).filter((tag) => !tag.startsWith('sha256-'));
}

async function manifestAt(repository: string, reference: string): Promise<{ type: string | null; text: string }> {
  const answer = await fetch(`http://${registry.address}/v2/e2e/${repository}/manifests/${reference}`, {
    headers: { accept: `${INDEX}, ${MANIFEST}` },
  });
  return { type: answer.headers.get('content-type'), text: await answer.text() };
}

interface Index {
  readonly manifests: readonly { readonly digest: string; readonly platform: { readonly architecture: string } }[];
}

describe('a variant for several platforms', () => {
  it('is an index, in which a publication leaves the images of other machines', async () => {
    outputOf(await publish('e2e-teal'));
    const first = await manifestAt('immutablue-teal', '44');
    expect(first.type).toBe(INDEX);
    const own = (JSON.parse(first.text) as Index).manifests;
    expect(own.map(({ platform }) => platform.architecture)).toEqual(['amd64']);

    const arm = await pushForArm(own[0]?.digest ?? '');
    await workspace.write('packages/e2e-teal/artifacts/overrides/usr/share/e2e/teal', 'next\n');
    outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
    await leaveTests(workspace, 'e2e-teal');
    outputOf(await publish('e2e-teal'));
    const { manifests } = JSON.parse((await manifestAt('immutablue-teal', '44')).text) as Index;
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    expect(manifests[1]?.digest).toBe(arm);
    expect(manifests[0]?.digest).not.toBe(own[0]?.digest);
    const source = `docker://${registry.address}/e2e/immutablue-teal:44`;
    const inspect = ['inspect', '--tls-verify=false', '--override-arch', 'arm64', '--config', source];
    expect(JSON.parse(await workspace.store.run('skopeo', ...inspect))).toMatchObject({ architecture: 'arm64' });
  });

  it('has a dated tag for each state, and the moving ones', async () => {
    const tags = await namesOf('e2e/immutablue-teal');
    expect(tags.sort()).toEqual(
      [expect.stringMatching(/^44-\d{8}$/), expect.stringMatching(/^44-\d{8}\.1$/), '44', 'latest', 'arm'].sort(),
    );
  });

  it('has what another machine publishes for another platform at the last moment', async () => {
    const proxy = await startRegistryProxy(registry.address);
    try {
      await workspace.write('packages/e2e-teal/artifacts/overrides/usr/share/e2e/teal', 'last\n');
      outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
      await leaveTests(workspace, 'e2e-teal');
      // When the tags were read for the second time, a host asks for the index by its digest, and then the tags move.
      let reads = 0;
      let other: Promise<string> | undefined;
      proxy.decide((request) => {
        if (/^GET \S*\/manifests\/latest$/.test(request)) reads += 1;
        if (reads === 2 && /^GET \S*\/manifests\/sha256:/.test(request)) other ??= addPlatform('riscv64');
        return 'passed';
      });
      outputOf(await workspace.nx('run', 'e2e-teal:publish', `--registry=${proxy.address}/e2e`));
      const { manifests: published } = JSON.parse((await manifestAt('immutablue-teal', '44')).text) as Index;
      const images = new Map(published.map(({ platform, digest }) => [platform.architecture, digest]));
      expect([...images.keys()].sort()).toEqual(['amd64', 'arm64', 'riscv64']);
      expect(images.get('riscv64')).toBe(await other);
      expect(images.get('amd64')).not.toBe(await other);
    } finally {
      await proxy.close();
    }
  });
});

/** Adds a platform to the index of the tag. @returns the digest of its image, which is that of another platform. */
async function addPlatform(architecture: string): Promise<string> {
  const index = JSON.parse((await manifestAt('immutablue-teal', '44')).text) as { manifests: Index['manifests'] };
  const [first] = index.manifests;
  const added = { ...first, platform: { architecture, os: 'linux' } };
  await put('44', JSON.stringify({ ...index, manifests: [...index.manifests, added] }), INDEX);
  return first?.digest ?? '';
}

/** What another machine would have published: the same image, said to be for another architecture, in the index of the tag. */
async function pushForArm(digest: string): Promise<string> {
  const base = `http://${registry.address}/v2/e2e/immutablue-teal`;
  const image = JSON.parse((await manifestAt('immutablue-teal', digest)).text) as {
    config: { digest: string; size: number };
  };
  const config = JSON.parse(await (await fetch(`${base}/blobs/${image.config.digest}`)).text()) as object;
  const body = JSON.stringify({ ...config, architecture: 'arm64' });
  const folder = join(scratch, 'arm');
  await mkdir(folder);
  await writeFile(join(folder, 'config'), body);
  const { stdout } = await runCommand(['sha256sum', join(folder, 'config')]);
  const configDigest = `sha256:${stdout.slice(0, 64)}`;
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const upload = new URL(begun.headers.get('location') ?? '', base);
  upload.searchParams.set('digest', configDigest);
  expect((await fetch(upload, { method: 'PUT', body })).status).toBe(201);
  const manifest = JSON.stringify({ ...image, config: { ...image.config, digest: configDigest, size: body.length } });
  const stored = await put('arm', manifest, MANIFEST);
  const index = JSON.parse((await manifestAt('immutablue-teal', '44')).text) as { manifests: object[] };
  const platform = { architecture: 'arm64', os: 'linux' };
  const manifests = [...index.manifests, { mediaType: MANIFEST, digest: stored, size: manifest.length, platform }];
  await put('44', JSON.stringify({ ...index, manifests }), INDEX);
  return stored;
}

/** @returns the digest of the manifest. */
async function put(reference: string, content: string, type: string): Promise<string> {
  const answer = await fetch(`http://${registry.address}/v2/e2e/immutablue-teal/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: content,
  });
  expect(answer.status).toBe(201);
  return answer.headers.get('docker-content-digest') ?? '';
}

describe('names', () => {
  it('are those of upstream where nx.json says so', async () => {
    const settings = await readFile(join(workspace.root, 'nx.json'), 'utf8');
    await workspace.write('nx.json', settings.replace('"lab": "lab"', '"lab": "lab", "tags": "upstream"'));
    outputOf(await workspace.nx('build', 'e2e-olive', '--exclude-task-dependencies'));
    await leaveTests(workspace, 'e2e-olive');
    outputOf(await publish('e2e-olive'));
    const tags = await namesOf('e2e/immutablue');
    expect(tags.sort()).toEqual([expect.stringMatching(/^44-olive-\d{8}$/), '44-olive', 'latest-olive'].sort());
    await workspace.write('nx.json', settings);
    outputOf(await workspace.nx('build', 'e2e-olive', '--exclude-task-dependencies'));
    await leaveTests(workspace, 'e2e-olive');
  });

  it('of a pull request are one, which says when it was published', async () => {
    outputOf(await publish('e2e-olive', '--pull-request=12'));
    const tags = await namesOf('e2e/immutablue-olive');
    expect(tags).toEqual(['pr-12-44']);
    expect(JSON.parse((await manifestAt('immutablue-olive', 'pr-12-44')).text)).toMatchObject({
      annotations: { 'org.opencontainers.image.created': expect.stringMatching(/^20/) as string },
    });
  });
});

it('compresses by zstd where nx.json says so, which hosts read', async () => {
  const settings = await readFile(join(workspace.root, 'nx.json'), 'utf8');
  await workspace.write('nx.json', settings.replace('"lab": "lab"', '"lab": "lab", "compression": "zstd"'));
  outputOf(await workspace.nx('build', 'e2e-olive', '--exclude-task-dependencies'));
  await leaveTests(workspace, 'e2e-olive');
  outputOf(await publish('e2e-olive'));
  const { layers } = JSON.parse((await manifestAt('immutablue-olive', '44')).text) as {
    layers: readonly { mediaType: string }[];
  };
  expect(new Set(layers.map(({ mediaType }) => mediaType))).toEqual(
    new Set(['application/vnd.oci.image.layer.v1.tar+zstd']),
  );
  await workspace.write('nx.json', settings);
});

describe('a registry with TLS and a password', () => {
  let secured: SecuredRegistry;
  let environment: Record<string, string>;

  beforeAll(async () => {
    secured = await startSecuredRegistry(join(scratch, 'secured'));
    const home = join(scratch, 'home');
    const certificates = join(home, '.config/containers/certs.d', secured.address);
    await mkdir(certificates, { recursive: true });
    await cp(join(secured.certificates, 'ca.crt'), join(certificates, 'ca.crt'));
    environment = { HOME: home, REGISTRY_AUTH_FILE: secured.authFile };
  });

  afterAll(() => secured.stop());

  const publishThere = (added: Record<string, string> = {}) =>
    workspace.nxWith({ ...environment, ...added }, 'run', 'e2e-olive:publish', `--registry=${secured.address}/e2e`);

  it('refuses a wrong password, which nothing repeats', async () => {
    const authFile = join(scratch, 'wrong.json');
    const auth = Buffer.from('me:wrong-password').toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [secured.address]: { auth } } }));
    const { exitCode, output } = await publishThere({ REGISTRY_AUTH_FILE: authFile });
    expect(exitCode).toBe(1);
    expect(errorsIn(output)[0]).toContain('error[registry/unauthorized]');
    expect(output).not.toContain('wrong-password');
    expect(output).not.toContain(auth);
  });

  it('takes an image, which a host pulls from there', async () => {
    const { output } = await publishThere();
    expect(output).toContain(`published ${secured.address}/e2e/immutablue-olive@`);
    expect(output).not.toContain(PASSWORD);
    const kept = await runCommand(['grep', '-rlF', PASSWORD, join(workspace.root, '.nx'), '--include=*'], {}).catch(
      () => undefined,
    );
    expect(kept).toBeUndefined();
  });
});

describe('a registry whose disk is full', () => {
  let small: Registry;
  const directory = () => join(scratch, 'small');

  beforeAll(async () => {
    await mkdir(directory());
    await runCommand(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory()]);
    small = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory: directory() });
  });

  afterAll(async () => {
    try {
      await small.stop();
    } finally {
      await runCommand(['umount', directory()]);
    }
  });

  it('is said to be full, and gets the image when it is not any more', async () => {
    const publishThere = () => workspace.nx('run', 'e2e-olive:publish', `--registry=${small.address}/e2e`);
    const { exitCode, output } = await publishThere();
    expect(exitCode).toBe(1);
    expect(errorsIn(output)[0]).toContain('error[registry/no-space]');
    expect(await tagsOf(small.address, 'e2e/immutablue-olive')).toEqual([]);
    await runCommand(['mount', '-o', 'remount,size=200m', directory()]);
    outputOf(await publishThere());
    expect(await tagsOf(small.address, 'e2e/immutablue-olive')).toContain('44');
  });
});
