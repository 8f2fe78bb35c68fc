import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import type { Digest } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputOf } from './support/program';
import { outputIn } from './support/output-in';
import { createPackager, type Packager, type TestPackage } from './support/signed-packages';
import { createWorkspace, disposeWithoutOrphans, imageOf, type Workspace } from './support/workspace';

/** An image is compared with the one that a registry has, whose numbers skopeo and rpm tell. */
const NAME = 'e2e-diff';
const IMAGE = imageOf(NAME);

const FIRST: readonly TestPackage[] = [
  { name: 'e2e-tool', version: '1.9' },
  { name: 'e2e-fallback', version: '2.0' },
  { name: 'e2e-old', version: '1' },
];
const LATER: readonly TestPackage[] = [
  { name: 'e2e-tool', version: '1.10' },
  { name: 'e2e-fallback', version: '1.0' },
  { name: 'e2e-new', version: '3' },
];

let workspace: Workspace;
let registry: Registry;
let server: FileServer;
let packager: Packager;
/** The published image. */
let published: string;
let before: readonly string[];

beforeAll(async () => {
  workspace = await createWorkspace();
  const directory = join(workspace.root, 'tmp', 'registry');
  registry = await startRegistry(createLabContext({ workspaceRoot: workspace.root }), { directory });
  published = `${registry.address}/e2e/${NAME}:44`;
  const served = join(workspace.root, 'tmp', 'served');
  packager = await createPackager(join(workspace.root, 'tmp', 'packager'));
  server = await serveFiles(served);
  const publish = async (packages: readonly TestPackage[]) => {
    await rm(join(served, 'rpms'), { recursive: true, force: true });
    await packager.publish(join(served, 'rpms'), packages);
  };
  await publish(FIRST);
  await writeFile(join(served, 'key.asc'), packager.publicKey);
  const repository = ['[e2e]', 'name=e2e', `baseurl=${server.url}/rpms`, 'gpgcheck=1', `gpgkey=${server.url}/key.asc`];
  await writeFile(join(served, 'e2e.repo'), `${repository.join('\n')}\n`);

  await workspace.addVariant(NAME, {
    files: {
      'packages.yaml': packagesYaml(['e2e-tool', 'e2e-fallback', 'e2e-old']),
      'artifacts/overrides/etc/e2e/changed': 'one\n',
      'artifacts/overrides/usr/bin/e2e-gone': '',
      'artifacts/overrides/usr/lib/systemd/system/e2e-one.service': UNIT,
      'artifacts/overrides/usr/lib/systemd/system/e2e-two.service': UNIT,
      'artifacts/overrides/usr/lib/bootc/kargs.d/10-e2e.toml': 'kargs = ["quiet", "e2e.old"]\n',
    },
  });
  await build();
  before = await installed();
  await push(IMAGE, published);
  const old = await workspace.store.imageId(IMAGE);

  await publish(LATER);
  await rm(join(workspace.root, 'packages', NAME, 'artifacts/overrides/usr/bin/e2e-gone'));
  const services = [
    '  services_enable_sys:',
    '    all: [e2e-one.service]',
    '  services_mask_sys:',
    '    all: [e2e-two.service]',
  ];
  await workspace.addVariant(NAME, {
    files: {
      'packages.yaml': packagesYaml(['e2e-tool', 'e2e-fallback', 'e2e-new'], services),
      'artifacts/overrides/etc/e2e/changed': 'two\n',
      'artifacts/overrides/usr/bin/e2e-tool': 'new\n',
      'artifacts/overrides/usr/lib/systemd/user/e2e-own.timer': UNIT,
      'artifacts/overrides/usr/lib/bootc/kargs.d/10-e2e.toml': 'kargs = ["quiet", "e2e.new=1"]\n',
    },
  });
  await build();
  // The registry alone has it now.
  await workspace.store.run('skopeo', 'delete', `containers-storage:@${old ?? ''}`);
});

afterAll(async () => {
  await server.close();
  await registry.stop();
  await disposeWithoutOrphans(workspace);
});

const UNIT =
  '[Unit]\nDescription=Of a test\n[Timer]\nOnBootSec=1\n[Service]\nExecStart=true\n[Install]\nWantedBy=multi-user.target\n';

function packagesYaml(names: readonly string[], services: readonly string[] = []): string {
  return [
    'immutablue:',
    '  repo_urls:',
    `    all: [{name: e2e.repo, url: ${server.url}/e2e.repo}]`,
    '  rpm:',
    `    all: [${names.join(', ')}]`,
    ...services,
    '',
  ].join('\n');
}

const build = async () => outputOf(await workspace.nx('build', NAME, '--exclude-task-dependencies'));
const diff = (...options: readonly string[]) => workspace.nx('run', `${NAME}:diff`, ...options);
/** What it has printed, from its first line on and without the port of the registry. */
const shown = async (...options: readonly string[]) =>
  outputOf(await diff(...options))
    .replaceAll(registry.address, 'REGISTRY')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST');

async function push(image: string, destination: string): Promise<void> {
  await workspace.store.run(
    'skopeo',
    'copy',
    '--dest-tls-verify=false',
    `containers-storage:${image}`,
    `docker://${destination}`,
  );
}

/** All packages of the present image. */
async function installed(): Promise<readonly string[]> {
  const query = ['rpm', '-qa', '--queryformat', '%{NAME} %{EVR}\\n'];
  return (await outputIn(workspace.store, IMAGE, query)).split('\n');
}

/** The images of the store with their names, and its layers. */
async function stored(): Promise<string> {
  const images = await workspace.store.run(
    'buildah',
    'images',
    '--all',
    '--no-trunc',
    '--format',
    '{{.ID}} {{.Name}}:{{.Tag}}',
  );
  return images.split('\n').sort().join('\n');
}

interface Manifest {
  readonly layers: readonly { readonly digest: Digest; readonly size: number }[];
}

async function manifestOf(reference: string): Promise<Manifest> {
  const argv = ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`];
  return JSON.parse(await workspace.store.run('skopeo', ...argv)) as Manifest;
}

interface Difference {
  readonly packages: Readonly<Record<string, readonly { readonly name: string }[]>>;
  readonly size: Readonly<Record<'before' | 'after', { readonly uncompressed: number; readonly compressed?: number }>>;
  readonly download: { readonly kind: string; readonly bytes: number; readonly layers: number };
}

async function differenceTo(...options: readonly string[]): Promise<Difference> {
  const output = outputOf(await diff(`--ref=${published}`, '--json', ...options));
  return JSON.parse(output.slice(output.indexOf('\n{'), output.lastIndexOf('\n}') + 2)) as Difference;
}

it('says what differs, and leaves the store as it was', async () => {
  const state = await stored();
  const output = await shown(`--ref=${published}`);
  expect(output).toMatch(/^fetching \S+ \S+ of REGISTRY\/e2e\/e2e-diff@DIGEST$/m);
  const text = output.slice(output.indexOf('\nbefore') + 1, output.search(/\n\n+\s*NX/));
  expect(text.replaceAll(/[\d.]+ [kM]?B/g, 'BYTES')).toMatchInlineSnapshot(`
   "before  REGISTRY/e2e/e2e-diff:44
           DIGEST
   after   localhost/immutablue/e2e-diff:44
   packages: 1 upgraded, 1 downgraded, 1 added, 1 removed
     upgraded    e2e-tool      1.9 → 1.10
     downgraded  e2e-fallback  2.0 → 1.0
     added       e2e-new       3-1
     removed     e2e-old       1-1
   files: 2 added, 3 changed, 1 removed
     added    /usr/bin/e2e-tool
     added    /usr/lib/systemd/user/e2e-own.timer
     changed  /etc/e2e/changed
     changed  /usr/lib/bootc/kargs.d/10-e2e.toml
     changed  /usr/immutablue/packages/e2e-diff.yaml
     removed  /usr/bin/e2e-gone
   units: 1 added, 1 enabled, 1 masked
     enabled  e2e-one.service
     added    e2e-own.timer    of users
     masked   e2e-two.service
   kernel arguments: 1 added, 1 removed
     added    e2e.new=1
     removed  e2e.old
   size      BYTES → BYTES (+BYTES)
   download  BYTES in 2 of 4 layers, before compression"
  `);
  expect(await stored()).toBe(state);
});

it.each([
  ['images:gc', ['run', 'images:gc'], 'which a killed command has left'],
  [
    'the next build',
    ['build', NAME, '--exclude-task-dependencies', '--skip-nx-cache'],
    'which an earlier build left behind',
  ],
])('%s removes the image that a killed one has fetched', async (_, command, why) => {
  const state = await stored();
  const running = workspace.startNx('run', `${NAME}:diff`, `--ref=${published}`);
  while ((await readFetched()).length === 0) await setTimeout(20);
  running.signalGroup('SIGKILL');
  await running.outcome;
  const [fetched = ''] = await readFetched();

  expect(outputOf(await workspace.nx(...command))).toContain(`removed ${fetched}, ${why}`);
  expect(await stored()).toBe(state);
  expect(await workspace.store.orphans()).toEqual([]);
});

/** The names of images that are there for as long as a command runs. */
async function readFetched(): Promise<readonly string[]> {
  return (await stored()).match(/localhost\/immutablue-build-fetched-\S+/g) ?? [];
}

it('has the numbers of rpm and skopeo', async () => {
  const found = await differenceTo();
  const after = await installed();
  const names = (lines: readonly string[], others: readonly string[]) =>
    [...new Set(lines.filter((line) => !others.includes(line)).map((line) => line.split(' ')[0]))].sort();
  const changed = [found.packages['upgraded'], found.packages['downgraded']].flatMap((all) => all ?? []);
  const ofKinds = (kind: string) => [...changed, ...(found.packages[kind] ?? [])].map(({ name }) => name).sort();
  expect(names(after, before)).toEqual(['e2e-fallback', 'e2e-new', 'e2e-tool']);
  expect(ofKinds('added')).toEqual(names(after, before));
  expect(ofKinds('removed')).toEqual(names(before, after));

  const old = await manifestOf(published);
  expect(found.size.before.compressed).toBe(old.layers.reduce((sum, { size }) => sum + size, 0));
  expect(found.size.after.compressed).toBeUndefined();
  expect(found.download.kind).toBe('uncompressed');

  const next = `${registry.address}/e2e/${NAME}:next`;
  await push(IMAGE, next);
  const own = (await manifestOf(next)).layers.filter(({ digest }) => !old.layers.some((one) => one.digest === digest));
  expect((await differenceTo(`--to=${next}`)).download).toMatchObject({
    kind: 'compressed',
    bytes: own.reduce((sum, { size }) => sum + size, 0),
    layers: own.length,
  });
});

it('writes the release note', async () => {
  outputOf(await diff(`--ref=${published}`, '--markdown'));
  const note = await readFile(join(workspace.root, 'packages', NAME, 'dist', 'release-note.md'), 'utf8');
  expect(note).toMatch(
    new RegExp(`^## Changes in \`${IMAGE}\`\n\nSince \`${published}\` \\(\`sha256:[0-9a-f]{64}\`\\)\\.\n\n`),
  );
  expect(note).toContain('\n| upgraded | `e2e-tool` | `1.9 → 1.10` |\n');
});

it('compares with an image of this machine, too', async () => {
  expect(await shown(`--ref=${IMAGE}`)).toContain('nothing has changed');
});

describe('refuses', () => {
  async function pushOther(tag: string, ...config: readonly string[]): Promise<string> {
    const container = await workspace.store.run('buildah', 'from', 'scratch');
    await workspace.store.run('buildah', 'config', ...config, container);
    const id = await workspace.store.run('buildah', 'commit', '--quiet', '--rm', container);
    const reference = `${registry.address}/e2e/${NAME}:${tag}`;
    await push(id, reference);
    await workspace.store.run('skopeo', 'delete', `containers-storage:@${id}`);
    return reference;
  }
  const refusal = async (reference: string) => {
    const { exitCode, output } = await diff(`--ref=${reference}`);
    return [exitCode === 0 ? 'succeeded' : 'failed', ...errorsIn(output)]
      .join('\n')
      .replaceAll(registry.address, 'REGISTRY');
  };

  it('what is not there', async () => {
    expect(await refusal(`${registry.address}/e2e/${NAME}:43`)).toMatchInlineSnapshot(`
     "failed
     error[registry/not-found]: there is no image \`REGISTRY/e2e/e2e-diff:43\`
       hint: is it published, and spelt like this? \`skopeo list-tags docker://REGISTRY/e2e/e2e-diff\` lists the tags"
    `);
    expect(await refusal('localhost/immutablue/e2e-none:44')).toMatchInlineSnapshot(`
     "failed
     error[oci/image-not-found]: the image \`localhost/immutablue/e2e-none:44\` is not on this machine
       hint: \`buildah images\` lists those that are; one in a registry is named in full"
    `);
  });

  it('an image of another architecture', async () => {
    expect(await refusal(await pushOther('arm', '--arch=arm64'))).toMatchInlineSnapshot(`
     "failed
     error[compare/not-comparable]: \`REGISTRY/e2e/e2e-diff:arm\` is for arm64, not amd64
       hint: compare images of one variant and one architecture"
    `);
  });

  it('an image of another variant', async () => {
    expect(await refusal(await pushOther('teal', '--label=io.immutablue.variant=teal'))).toMatchInlineSnapshot(`
     "failed
     error[compare/not-comparable]: \`REGISTRY/e2e/e2e-diff:teal\` is the variant \`teal\`, \`localhost/immutablue/e2e-diff:44\` is \`e2e-diff\`
       hint: compare images of one variant and one architecture"
    `);
  });

  it('a registry that is down', async () => {
    const output = await refusal('127.0.0.1:9/e2e/e2e-diff:44');
    expect(output).toContain('error[registry/unreachable]');
  });
});
