import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf } from './support/program';
import { startRegistryProxy, type RegistryProxy } from './support/registry-proxy';
import { TINY_IMAGE } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What a registry has is fetched when something reads it. The upstream image is in the same registry. */
const BASE = 'e2e-base';
const CHILD = 'e2e-child';
/** One whose builds follow the repositories. */
const UNLOCKED = 'e2e-unlocked';
const REPOSITORY = 'family/cache';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;
/** That of the upstream image in the registry. */
let digest: string;
let registry: Registry;
let proxy: RegistryProxy;
/** A machine that has built everything, and asks no registry. */
let first: Workspace;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-deferred-'));
  upstream = await makeUpstream(scratch);
  registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), {
    directory: join(scratch, 'registry'),
  });
  proxy = await startRegistryProxy(registry.address);
  const configuration = join(scratch, '.config/containers/registries.conf');
  await mkdir(dirname(configuration), { recursive: true });
  await writeFile(configuration, `[[registry]]\nlocation = "${registry.address}"\ninsecure = true\n`);
  const place = `docker://${registry.address}/e2e/tiny:44`;
  const digestFile = join(scratch, 'digest');
  const options = ['--quiet', '--dest-tls-verify=false', '--digestfile', digestFile] as const;
  await runCommand(['skopeo', 'copy', ...options, `oci:${upstream}`, place]);
  digest = await readFile(digestFile, 'utf8');
  first = await newMachine();
  outputOf(await first.nxWith(writing(), 'build', CHILD));
});

afterAll(async () => {
  for (const machine of machines) await disposeWithoutOrphans(machine);
  await proxy.close();
  await registry.stop();
  await rm(scratch, { recursive: true });
});

/** A home in which the registry is known, which has no certificate. */
const environment = () => ({ HOME: scratch });
/** As if nothing of what the registry has had was there any more. */
const away = () => ({ ...environment(), IMMUTABLUE_CACHE_REPOSITORY: `${proxy.address}/family/none` });
const writing = () => ({
  ...environment(),
  [KEY_VARIABLE]: keys.privateKey,
  IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${proxy.address}/${REPOSITORY}`,
});

/** A machine with the family and without the lab, and with nothing in its store. */
async function newMachine(): Promise<Workspace> {
  const machine = await createMachine(upstream, {
    publicKey: keys.publicKey,
    cache: { repository: `${proxy.address}/${REPOSITORY}` },
  });
  machines.push(machine);
  await machine.store.run('buildah', 'rmi', TINY_IMAGE);
  const nxJson = JSON.parse(await readFile(join(machine.root, 'nx.json'), 'utf8')) as {
    plugins: (string | { options: { lab?: string } })[];
  };
  for (const plugin of nxJson.plugins) if (typeof plugin === 'object') delete plugin.options.lab;
  await machine.write('nx.json', JSON.stringify(nxJson));
  await machine.addVariant(BASE, {
    from: `${registry.address}/e2e/tiny@${digest}`,
    files: { 'packages.lock.yaml': LOCK, 'build/55-base.sh': script('base', '/usr/base') },
  });
  await machine.addVariant(CHILD, {
    from: BASE,
    files: { 'packages.lock.yaml': LOCK, 'build/55-child.sh': script('child', '/usr/child') },
  });
  await machine.addVariant(UNLOCKED, { from: CHILD });
  return machine;
}

const LOCK = "fedora: { '44': { x86_64: { rpm: { requested: [], packages: [] } } } }\n";

const script = (text: string, path: string) => `# reads:\necho ${text} >${path}\n`;

/** A task that asks for all that an image stands on, and reads none of it. */
const ask = (machine: Workspace) => machine.nxWith(environment(), 'run', `${UNLOCKED}:lock`, '--check');

/** Has a repository lose its layers, and what says what they hold: https://distribution.github.io/distribution/storage-drivers/filesystem */
async function loseLayers(repository: string): Promise<void> {
  const data = join(scratch, 'registry/images/docker/registry/v2');
  const links = join(data, 'repositories', repository, '_layers/sha256');
  for (const name of await readdir(links)) {
    const bytes = await readFile(join(data, 'blobs/sha256', name.slice(0, 2), name, 'data'));
    // They are compressed; configurations and signatures are JSON.
    if (bytes[0] === 0x1f) await rm(join(links, name), { recursive: true });
  }
}

/** The images of a store by their names, without the digests that some have in their place. */
async function imagesOn(machine: Workspace): Promise<string[]> {
  const listed = await machine.store.run('buildah', 'images', '--all', '--noheading', '--format', '{{.Name}}:{{.Tag}}');
  return listed
    .split('\n')
    .filter((name) => name !== '')
    .sort();
}

async function recordsOn({ root }: Workspace): Promise<unknown> {
  const texts = [BASE, CHILD].map((variant) => readFile(join(root, 'packages', variant, 'dist/image.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as unknown);
}

const imageName = (variant: string) => `quay.io/immutablue/${variant}:44`;

describe('a machine that has nothing', () => {
  let machine: Workspace;
  beforeAll(async () => {
    machine = await newMachine();
  });

  it('fetches nothing that nothing reads, and has the same records as the one that has built it', async () => {
    proxy.takeRequests();
    proxy.takeAnsweredBytes();
    const said = outputOf(await ask(machine));
    // Of each image the manifest, its signature, and what it says of the result: the figures of docs/scale.md.
    expect([proxy.takeRequests().length, Math.round(proxy.takeAnsweredBytes() / 1000)]).toEqual([10, 10]);
    for (const variant of [BASE, CHILD]) {
      expect(said).toMatch(
        new RegExp(`${imageName(variant)} is up to date: cached \\(registry\\), \\w+, not fetched yet`),
      );
    }
    expect(await imagesOn(machine)).toEqual([]);
    expect(await recordsOn(machine)).toEqual(await recordsOn(first));
  });

  it('says so with explain, and does nothing the second time', async () => {
    const explained = outputOf(await machine.nxWith(environment(), 'explain', CHILD));
    expect(explained).toContain('cached (registry)');
    expect(explained).not.toContain(' runs ');
    const again = outputOf(await ask(machine));
    expect(again).toContain(`> nx run ${CHILD}:build:f44  [local cache]`);
    expect(await imagesOn(machine)).toEqual([]);
  });

  it('forgets nothing of what it needs when images are collected', async () => {
    outputOf(await machine.nx('run', 'images:gc'));
    expect(outputOf(await ask(machine))).toContain(`> nx run ${CHILD}:build:f44  [local cache]`);
    expect(await imagesOn(machine)).toEqual([]);
  });

  it('fetches what a command reads, with all that it stands on, under the names that a build gives', async () => {
    const said = outputOf(await machine.nxWith(environment(), 'shell', BASE, '--', 'cat', '/usr/base'));
    expect(said).toContain('base');
    expect(await imagesOn(machine)).toEqual([`${registry.address}/e2e/tiny:<none>`, imageName(BASE)]);
  });

  it('fetches what is asked for itself', async () => {
    outputOf(await machine.nxWith(environment(), 'build', CHILD));
    expect(await imagesOn(machine)).toContain(imageName(CHILD));
    expect(await recordsOn(machine)).toEqual(await recordsOn(first));
  });
});

it('fetches the parents of what has to run, and builds what one machine builds', async () => {
  const [machine, alone] = [await newMachine(), await newMachine()];
  for (const one of [machine, alone]) {
    await one.write(`packages/${CHILD}/build/55-child.sh`, script('edited', '/usr/child'));
  }
  const said = outputOf(await machine.nxWith(environment(), 'build', CHILD));
  expect(said).toContain(`${imageName(BASE)} is up to date: cached (registry)`);
  expect(said).toContain(`pulling ${registry.address}/e2e/tiny@${digest}`);
  expect(said).toMatch(/^fetching [\d.]+ \w+ of e2e-base from the registry, which e2e-child reads$/m);
  expect(said).toContain(`built ${imageName(CHILD)}`);
  outputOf(await alone.nxWith(environment(), 'run-many', '-t', 'build', '-p', `${BASE},${CHILD}`, '--clean'));
  expect(await recordsOn(machine)).toEqual(await recordsOn(alone));
});

it('rebases what stands on another parent without fetching either', async () => {
  const [builder, machine] = [await newMachine(), await newMachine()];
  for (const one of [builder, machine]) {
    await one.write(`packages/${BASE}/build/55-base.sh`, script('another', '/usr/base'));
  }
  outputOf(await builder.nxWith(writing(), 'build', BASE));
  outputOf(await builder.nxWith(environment(), 'build', CHILD));
  const rebased = 'unaffected by e2e-base: layers rebased (registry)';
  expect(outputOf(await machine.nxWith(environment(), 'explain', CHILD))).toContain(rebased);
  const said = outputOf(await ask(machine));
  expect(said).toContain(`${imageName(CHILD)} is up to date: ${rebased}`);
  expect(await imagesOn(machine)).toEqual([]);
  expect(await recordsOn(machine)).toEqual(await recordsOn(builder));
  const read = await machine.nxWith(environment(), 'shell', CHILD, '--', 'cat', '/usr/base', '/usr/child');
  expect(outputOf(read)).toMatch(/^another\nchild$/m);
});

it('rebases what it has built itself onto a parent that nothing has fetched', async () => {
  const [builder, machine] = [await newMachine(), await newMachine()];
  const base = script('for rebasing', '/usr/base');
  await builder.write(`packages/${BASE}/build/55-base.sh`, base);
  outputOf(await builder.nxWith(writing(), 'build', BASE));
  await machine.write(`packages/${CHILD}/build/55-child.sh`, script('of this machine', '/usr/child'));
  expect(outputOf(await machine.nxWith(environment(), 'build', CHILD))).toContain(`built ${imageName(CHILD)}`);
  await machine.write(`packages/${BASE}/build/55-base.sh`, base);
  const said = outputOf(await machine.nxWith(environment(), 'build', CHILD));
  expect(said).toContain(`${imageName(CHILD)} is up to date: unaffected by e2e-base: layers rebased`);
});

describe('where the registry does not give what it was said to have', () => {
  const LOST = 'family/lost';
  const lost = () => ({ ...environment(), IMMUTABLUE_CACHE_REPOSITORY: `${proxy.address}/${LOST}` });

  it('builds it, when the command is given again', async () => {
    const builder = await newMachine();
    const written = { IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${proxy.address}/${LOST}` };
    outputOf(await builder.nxWith({ ...writing(), ...lost(), ...written }, 'build', CHILD));
    const machine = await newMachine();
    outputOf(await machine.nxWith(lost(), 'run', `${UNLOCKED}:lock`, '--check'));
    await loseLayers(LOST);
    const { exitCode, output } = await machine.nxWith(lost(), 'build', UNLOCKED);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/error\[cache\/not-fetched\]: the image [0-9a-f]{12} of `e2e-child`/);
    const again = outputOf(await machine.nxWith(lost(), 'build', UNLOCKED));
    for (const variant of [BASE, CHILD, UNLOCKED]) expect(again).toContain(`built ${imageName(variant)}`);
  });

  it('takes no older image for the one that is missing', async () => {
    const machine = await newMachine();
    await machine.write(`packages/${CHILD}/build/55-child.sh`, script('older', '/usr/child'));
    outputOf(await machine.nxWith(environment(), 'build', CHILD));
    await machine.write(`packages/${CHILD}/build/55-child.sh`, script('child', '/usr/child'));
    outputOf(await ask(machine));
    const shell = () => machine.nxWith(away(), 'shell', CHILD, '--', 'cat', '/usr/child');
    expect((await shell()).output).toContain('error[cache/not-fetched]');
    const { exitCode, output } = await shell();
    expect([exitCode, output]).toEqual([1, expect.stringContaining('error[oci/image-not-found]')]);
    expect(output).not.toContain('older');
  });
});

it('builds itself what it has left in a registry that has it no more, when the command is given again', async () => {
  const machine = await newMachine();
  outputOf(await ask(machine));
  const { exitCode, output } = await machine.nxWith(away(), 'build', UNLOCKED);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/error\[cache\/not-fetched\]: the image [0-9a-f]{12} of `e2e-child`/);
  const again = outputOf(await machine.nxWith(away(), 'build', UNLOCKED));
  for (const variant of [CHILD, UNLOCKED]) expect(again).toContain(`built ${imageName(variant)}`);
});
