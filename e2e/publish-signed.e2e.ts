import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLabContext,
  ensureRegistryClients,
  startRegistry,
  type Registry,
  type RegistryClients,
} from '@immutablue/lab';
import { tryCommand } from '@immutablue/oci';
import { generateKeyPair } from '@immutablue/signing';
import { errorsIn } from './support/errors';
import { outputOf, type Outcome } from './support/program';
import { leaveTests, tagsOf } from './support/published';
import { startRegistryProxy, type RegistryProxy } from './support/registry-proxy';
import { createUpgradableWorkspace, UPGRADABLE } from './support/upgradable-image';
import type { Workspace } from './support/workspace';

/** Signed images, as a host takes or refuses them: what the image's own skopeo and policy say, cosign, and faults at each step. */
let workspace: Workspace;
let registry: Registry;
let proxy: RegistryProxy;
let clients: RegistryClients;
let scratch: string;

const pair = generateKeyPair('a password');
const KEY = { IMMUTABLUE_SIGNING_KEY: pair.privateKey, IMMUTABLUE_SIGNING_PASSWORD: 'a password' };
const REPOSITORY = 'e2e/e2e-teal';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'publish-e2e-'));
  workspace = await createUpgradableWorkspace();
  const context = createLabContext({ workspaceRoot: workspace.root });
  clients = await ensureRegistryClients(context);
  registry = await startRegistry(context, { directory: join(scratch, 'registry') });
  proxy = await startRegistryProxy(registry.address);
  await workspace.write('signing.pub', pair.publicKey);
  await setSettings({ registry: `${proxy.address}/e2e`, signing: { publicKey: 'signing.pub' } });
  await workspace.addVariant('e2e-teal', {
    from: UPGRADABLE,
    files: { 'artifacts/overrides/usr/share/e2e/teal': 'teal\n' },
  });
  outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
  await leaveTests(workspace, 'e2e-teal');
});

afterAll(async () => {
  await proxy.close();
  await registry.stop();
  await workspace.dispose();
  await rm(scratch, { recursive: true });
});

afterEach(() => {
  proxy.decide();
});

async function setSettings(added: object): Promise<void> {
  const nxJson = JSON.parse(await readFile(join(workspace.root, 'nx.json'), 'utf8')) as {
    plugins: (string | { plugin: string; options: object })[];
  };
  const plugins = nxJson.plugins.map((entry) =>
    typeof entry === 'string' ? entry : { ...entry, options: { ...entry.options, ...added } },
  );
  await workspace.write('nx.json', JSON.stringify({ ...nxJson, plugins }));
}

function publish(environment: Readonly<Record<string, string>>, ...options: string[]): Promise<Outcome> {
  return workspace.nxWith(environment, 'run', 'e2e-teal:publish', ...options);
}

function firstError({ exitCode, output }: Outcome): string {
  return `${exitCode}: ${errorsIn(output)[0] ?? output}`;
}

describe('before anything is sent', () => {
  beforeEach(() => {
    proxy.takeRequests();
  });

  afterEach(() => {
    const changing = proxy.takeRequests().filter((request) => !/^(?:GET|HEAD) /.test(request));
    expect(changing).toEqual([]);
  });

  it('asks for the key', async () => {
    expect(firstError(await publish({}))).toMatchInlineSnapshot(`
     "1: error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is not set: there is no key to sign with
       hint: set IMMUTABLUE_SIGNING_KEY to the private key or the path of its file; \`npx nx g @immutablue/nx:signing\` makes one"
    `);
  });

  it('refuses a wrong password', async () => {
    const outcome = await publish({ ...KEY, IMMUTABLUE_SIGNING_PASSWORD: 'another' });
    expect(firstError(outcome)).toMatchInlineSnapshot(`
     "1: error[signing/wrong-password]: the key in IMMUTABLUE_SIGNING_KEY is not opened by the password in IMMUTABLUE_SIGNING_PASSWORD
       hint: set IMMUTABLUE_SIGNING_PASSWORD to the password that it was encrypted with"
    `);
  });

  it('refuses a key that hosts do not know', async () => {
    const other = generateKeyPair(undefined).privateKey;
    const outcome = await publish({ IMMUTABLUE_SIGNING_KEY: other });
    expect(firstError(outcome)).toMatchInlineSnapshot(`
     "1: error[signing/wrong-key]: IMMUTABLUE_SIGNING_KEY holds another key than that of \`signing.pub\`, by which hosts check images
       hint: they would refuse what it signs: set it to the private key that belongs to the public one"
    `);
    expect(outcome.output).not.toContain(other.split('\n')[1]);
  });

  it('refuses a place for which the image asks for no signatures', async () => {
    const outcome = await publish(KEY, `--registry=${registry.address}/elsewhere`);
    expect(firstError(outcome).replaceAll(registry.address, 'ADDRESS')).toMatchInlineSnapshot(`
     "1: error[publish/not-covered]: hosts that run \`e2e-teal\` would take anything from \`ADDRESS/elsewhere/e2e-teal\`: the image's policy asks for no signature there
       hint: images ask for signatures of the \`registry\` in nx.json: publish there, or change it and build again"
    `);
  });
});

describe('with a fault at each step, nothing half-published is visible, and the next try goes on', () => {
  const steps: readonly [string, RegExp][] = [
    ['the tags are read', /^GET \/v2\/e2e\/e2e-teal\/tags/],
    ['layers are asked for', /^HEAD \/v2\/e2e\/e2e-teal\/blobs/],
    ['an upload begins', /^POST \/v2\/e2e\/e2e-teal\/blobs/],
    ['a layer is sent', /^(?:PUT|PATCH) \/v2\/e2e\/e2e-teal\/blobs/],
    ['the image is stored', /^PUT \/v2\/e2e\/e2e-teal\/manifests\/sha256:/],
    ['the signature is stored', /^PUT \/v2\/e2e\/e2e-teal\/manifests\/sha256-[0-9a-f]+\.sig/],
    ['a host looks for the signature', /^GET \/v2\/e2e\/e2e-teal\/manifests\/sha256-[0-9a-f]+\.sig/],
  ];

  it.each(steps)('the registry goes away when %s', async (_, concerned) => {
    proxy.decide((request) => (concerned.test(request) ? 'cut' : 'passed'));
    const outcome = await publish(KEY);
    expect(firstError(outcome)).toMatch(/^1: error\[(?:registry\/unreachable|publish\/refused-by-host)\]/);
    expect((await tagsOf(registry.address, REPOSITORY)).filter((tag) => !tag.startsWith('sha256-'))).toEqual([]);
  });

  it('and then publishes', async () => {
    outputOf(await publish(KEY));
    expect(await tagsOf(registry.address, REPOSITORY)).toContain('44');
  });
});

describe('a host', () => {
  it('takes what is signed, as cosign does', async () => {
    const key = join(scratch, 'signing.pub');
    await writeFile(key, pair.publicKey);
    const words = ['verify', '--key', key, '--insecure-ignore-tlog=true', '--allow-insecure-registry'];
    const image = `${registry.address}/${REPOSITORY}:44`;
    const { exitCode, tail } = await tryCommand([...clients.cosign, ...words, image], {
      environment: { HOME: scratch },
    });
    expect([exitCode, tail.join('\n')]).toEqual([0, expect.stringContaining('were verified against')]);
  });

  it('reads no bundles, which cosign does where nx.json asks for them, and of which there is one each', async () => {
    await setSettings({ signing: { publicKey: 'signing.pub', bundles: true } });
    for (let time = 0; time < 2; time++) outputOf(await publish(KEY));
    const [key, root] = [join(scratch, 'signing.pub'), join(scratch, 'trusted-root.json')];
    // Without one cosign asks a server for what it trusts beside the key.
    await writeFile(root, '{ "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1" }');
    const image = `${registry.address}/${REPOSITORY}:44`;
    const words = ['--new-bundle-format', '--trusted-root', root, '--key', key, '--insecure-ignore-tlog=true'];
    for (const type of ['https://sigstore.dev/cosign/sign/v1', 'slsaprovenance1']) {
      const { exitCode, tail } = await tryCommand(
        [...clients.cosign, 'verify-attestation', ...words, '--allow-insecure-registry', '--type', type, image],
        { environment: { HOME: scratch } },
      );
      expect([type, exitCode, tail.join('\n')]).toEqual([type, 0, expect.stringContaining('were verified against')]);
    }
    const referrers = `http://${registry.address}/v2/${REPOSITORY}/manifests/${(await digestOf('44'))?.replace(':', '-') ?? ''}`;
    const accept = 'application/vnd.oci.image.index.v1+json';
    const index = await (await fetch(referrers, { headers: { accept } })).text();
    expect(index.match(/vnd\.dev\.sigstore\.bundle/g)).toHaveLength(2);
    await setSettings({ signing: { publicKey: 'signing.pub' } });
  });

  it('that finds no signature keeps the tags where they are', async () => {
    const before = await digestOf('44');
    await workspace.write('packages/e2e-teal/artifacts/overrides/usr/share/e2e/teal', 'next\n');
    outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
    await leaveTests(workspace, 'e2e-teal');
    // As if the signature had gone elsewhere: what is pushed is right, and hosts do not find it.
    let isStored = false;
    proxy.decide((request) => {
      if (/^PUT \S*\.sig$/.test(request)) isStored = true;
      return isStored && /^GET \S*\.sig$/.test(request) ? 404 : 'passed';
    });
    const outcome = await publish(KEY);
    const error = firstError(outcome)
      .replaceAll(proxy.address, 'ADDRESS')
      .replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST');
    expect(error).toContain('1: error[publish/refused-by-host]: a host that runs this image does not take `ADDRESS/');
    expect(error).toContain('A signature was required, but no signature exists');
    expect(await digestOf('44')).toBe(before);
  });

  it('gets the image when the next try goes well', async () => {
    const before = await digestOf('44');
    outputOf(await publish(KEY));
    expect(await digestOf('44')).not.toBe(before);
  });
});

it('leaves a tag that another has moved meanwhile', async () => {
  const before = await digestOf('44');
  await workspace.write('packages/e2e-teal/artifacts/overrides/usr/share/e2e/teal', 'third\n');
  outputOf(await workspace.nx('build', 'e2e-teal', '--exclude-task-dependencies'));
  await leaveTests(workspace, 'e2e-teal');
  const publishing = publish(KEY);
  // Between the look at the tags and their move: when the signature is there, the tag was read before.
  const other = await otherImage();
  proxy.decide((request) => {
    if (/^PUT \S*\.sig$/.test(request)) void other.move();
    return 'passed';
  });
  const outcome = await publishing;
  expect(firstError(outcome)).toContain('1: error[publish/tag-moved]: the tag `44` of');
  expect(await digestOf('44')).toBe(other.digest);
  expect(other.digest).not.toBe(before);
});

async function digestOf(tag: string): Promise<string | null> {
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' };
  return (
    await fetch(`http://${registry.address}/v2/${REPOSITORY}/manifests/${tag}`, { method: 'HEAD', headers })
  ).headers.get('docker-content-digest');
}

/** An image that another has published, and its way to the tag. */
async function otherImage() {
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const url = `http://${registry.address}/v2/${REPOSITORY}/manifests`;
  const manifest = JSON.parse(await (await fetch(`${url}/44`, { headers: { accept: type } })).text()) as object;
  const body = JSON.stringify({ ...manifest, annotations: { of: 'another' } });
  const put = async (reference: string) => {
    const answer = await fetch(`${url}/${reference}`, { method: 'PUT', headers: { 'content-type': type }, body });
    return answer.headers.get('docker-content-digest');
  };
  const digest = await put('other');
  return { digest, move: () => put('44') };
}
