import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedId } from './support/built-images';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputIn } from './support/output-in';
import { outputOf } from './support/program';
import { createPackager } from './support/signed-packages';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What documents say of images, compared with the package databases in them. */
const BASE = 'e2e-sbom-base';
const NAME = 'e2e-sbom';
const PINNED = 'pinned\n';

let workspace: Workspace;
let server: FileServer;

beforeAll(async () => {
  workspace = await createWorkspace();
  const served = join(workspace.root, 'tmp', 'served');
  const packager = await createPackager(join(workspace.root, 'tmp', 'packager'));
  await packager.publish(join(served, 'rpms'), [
    { name: 'e2e-tool', version: '1.0', requires: ['e2e-library'] },
    { name: 'e2e-library', version: '1.0' },
    { name: 'e2e-locked', version: '2.0', requires: ['e2e-locked-library'] },
    { name: 'e2e-locked-library', version: '2.0' },
    { name: 'e2e-single', version: '3.0' },
  ]);
  server = await serveFiles(served);
  await writeFile(join(served, 'key.asc'), packager.publicKey);
  await writeFile(join(served, 'pinned'), PINNED);
  const lines = ['[e2e]', 'name=e2e', `baseurl=${server.url}/rpms`, 'gpgcheck=1', `gpgkey=${server.url}/key.asc`, ''];
  await writeFile(join(served, 'e2e.repo'), lines.join('\n'));
  await workspace.addVariant(BASE, {
    files: {
      'packages.yaml': `immutablue:
  repo_urls:
    all: [{name: e2e.repo, url: ${server.url}/e2e.repo}]
  rpm:
    all:
      - e2e-tool
`,
      'artifacts/overrides/usr/share/e2e/override': 'of the base\n',
    },
  });
  await workspace.addVariant(NAME, {
    from: BASE,
    files: {
      'packages.yaml': `immutablue:
  rpm:
    all:
      - e2e-locked
  rpm_post_url:
    all:
      - ${server.url}/rpms/e2e-single-3.0-1.noarch.rpm
  downloads:
    all:
      - name: pinned
        url: ${server.url}/pinned
        sha256: ${digestOf(PINNED)}
        path: /usr/share/e2e/pinned
`,
      'artifacts/overrides/usr/share/e2e/override': 'of the child\n',
    },
  });
  await workspace.commit();
  for (const task of [`${BASE}:build`, `${NAME}:lock`, `${NAME}:build`]) outputOf(await run(task));
});

afterAll(async () => {
  await server.close();
  await disposeWithoutOrphans(workspace);
});

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Without the lab's own task, which would make a stand-in for every package that is asked for. */
const run = (...args: readonly string[]) => workspace.nx('run', ...args, '--exclude-task-dependencies');
const pathOf = (variant: string, name: string) => join(workspace.root, 'packages', variant, 'dist', name);
const read = (name: string) => readFile(pathOf(NAME, name), 'utf8');

interface Spdx {
  readonly creationInfo: { readonly created: string };
  readonly packages: readonly {
    readonly name: string;
    readonly versionInfo?: string;
    readonly externalRefs?: readonly { readonly referenceLocator: string }[];
    readonly annotations?: readonly { readonly comment: string }[];
  }[];
  readonly files: readonly { readonly fileName: string; readonly checksums: readonly unknown[] }[];
}

interface Cyclonedx {
  readonly components: readonly {
    readonly type: string;
    readonly name: string;
    readonly version?: string;
    readonly purl?: string;
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
}

const spdx = async () => JSON.parse(await read('sbom.spdx.json')) as Spdx;
const cyclonedx = async () => JSON.parse(await read('sbom.cdx.json')) as Cyclonedx;

/** What rpm in the image says, as versions are written in documents. */
async function installed(): Promise<string[]> {
  const query = ['rpm', '-qa', '--queryformat', '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n'];
  const output = await outputIn(workspace.store, await recordedId(workspace, NAME), query);
  const lines = output.split('\n').filter((line) => !line.startsWith('gpg-pubkey '));
  return lines.map((line) => line.replace(/ 0:/, ' ')).sort();
}

it('lists exactly the packages that the image has, in both formats', async () => {
  const output = outputOf(await run(`${NAME}:sbom`));
  const packages = await installed();
  expect(packages.length).toBeGreaterThan(5);
  expect(output).toMatch(
    new RegExp(
      `localhost/immutablue/${NAME}:44: ${packages.length} packages \\(${packages.length - 5} of quay.io/fedora-ostree-desktops/base-atomic:44, 3 of ${NAME}, 2 of ${BASE}\\), 1 pinned file, 1 override file\n`,
    ),
  );
  const archOf = (purl: string) => new URLSearchParams(purl.slice(purl.indexOf('?'))).get('arch') ?? '';
  const inSpdx = (await spdx()).packages.flatMap(({ name, versionInfo = '', externalRefs = [] }) =>
    externalRefs
      .filter(({ referenceLocator }) => referenceLocator.startsWith('pkg:rpm/'))
      .map(({ referenceLocator }) => `${name} ${versionInfo} ${archOf(referenceLocator)}`),
  );
  expect(inSpdx.sort()).toEqual(packages);
  const inCyclonedx = (await cyclonedx()).components.flatMap(({ type, name, version = '', purl = '' }) => {
    const epoch = new URLSearchParams(purl.slice(purl.indexOf('?'))).get('epoch');
    return type === 'library' ? [`${name} ${epoch === null ? '' : `${epoch}:`}${version} ${archOf(purl)}`] : [];
  });
  expect(inCyclonedx.sort()).toEqual(packages);
});

it('says for each package the variant, the line and the entry of the lock that brought it', async () => {
  const yaml = (await readFile(join(workspace.root, 'packages', NAME, 'packages.yaml'), 'utf8')).split('\n');
  const lock = (await readFile(join(workspace.root, 'packages', NAME, 'packages.lock.yaml'), 'utf8')).split('\n');
  const lineIn = (lines: readonly string[], text: string) => lines.findIndex((line) => line.includes(text)) + 1;
  const yamlLine = (text: string) => `packages/${NAME}/packages.yaml:${lineIn(yaml, text)}`;
  const lockEntry = (list: string, name: string, version: string) =>
    `packages/${NAME}/packages.lock.yaml:${lineIn(lock, `name: ${name},`)} lab/44/x86_64/${list} ${name}-0:${version}-1.noarch`;
  const inherited = { 'immutablue:variant': BASE, 'immutablue:line': `packages/${BASE}/packages.yaml:6` };
  const expected = {
    'e2e-library': {
      'immutablue:origin': 'dependency',
      ...inherited,
      'immutablue:dependency-of': 'e2e-tool',
    },
    'e2e-locked': {
      'immutablue:origin': 'asked',
      'immutablue:variant': NAME,
      'immutablue:line': yamlLine('- e2e-locked'),
      'immutablue:lock': lockEntry('rpm', 'e2e-locked', '2.0'),
    },
    'e2e-locked-library': {
      'immutablue:origin': 'dependency',
      'immutablue:variant': NAME,
      'immutablue:line': yamlLine('- e2e-locked'),
      'immutablue:dependency-of': 'e2e-locked',
      'immutablue:lock': lockEntry('rpm', 'e2e-locked-library', '2.0'),
    },
    'e2e-single': {
      'immutablue:origin': 'asked',
      'immutablue:variant': NAME,
      'immutablue:line': yamlLine('e2e-single'),
      'immutablue:lock': lockEntry('rpm_post_url', 'e2e-single', '3.0'),
    },
    'e2e-tool': { 'immutablue:origin': 'asked', ...inherited },
    'kernel-core': {
      'immutablue:origin': 'upstream',
      'immutablue:image': 'quay.io/fedora-ostree-desktops/base-atomic:44',
    },
  };
  const names = Object.keys(expected);
  const ours = (properties: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(properties).filter(([name]) => !/header|source-rpm/.test(name)));
  const inSpdx = (await spdx()).packages.filter(({ name }) => names.includes(name));
  expect(
    Object.fromEntries(
      inSpdx.map(({ name, annotations = [] }) => [
        name,
        ours(JSON.parse(annotations[0]?.comment ?? '{}') as Record<string, string>),
      ]),
    ),
  ).toEqual(expected);
  const inCyclonedx = (await cyclonedx()).components.filter(({ name }) => names.includes(name));
  expect(
    Object.fromEntries(
      inCyclonedx.map(({ name, properties }) => [
        name,
        ours(Object.fromEntries(properties.map((property) => [property.name, property.value]))),
      ]),
    ),
  ).toEqual(expected);
});

it('has the files that builds placed, as they are in the image', async () => {
  const { components } = await cyclonedx();
  expect(components.filter(({ type }) => type === 'file')).toMatchObject([
    { name: '/usr/share/e2e/override', hashes: [{ alg: 'SHA-256', content: digestOf('of the child\n') }] },
    {
      name: '/usr/share/e2e/pinned',
      hashes: [{ alg: 'SHA-256', content: digestOf(PINNED) }],
      externalReferences: [{ url: `${server.url}/pinned` }],
    },
  ]);
  const { files } = await spdx();
  expect(files.map(({ fileName }) => fileName)).toEqual(['./usr/share/e2e/override']);
});

it('gives the same bytes for the same image', async () => {
  const before = [await read('sbom.spdx.json'), await read('sbom.cdx.json')];
  for (const name of ['sbom.spdx.json', 'sbom.cdx.json']) await rm(pathOf(NAME, name));
  outputOf(await run(`${NAME}:sbom`));
  expect([await read('sbom.spdx.json'), await read('sbom.cdx.json')]).toEqual(before);
});

it('refuses to tell packages apart when an image below is gone, and an image that was not built', async () => {
  await workspace.store.run('buildah', 'rmi', '--force', await recordedId(workspace, BASE));
  const { exitCode, output } = await run(`${NAME}:sbom`);
  expect([exitCode, errorsIn(output)]).toEqual([
    1,
    [
      [
        `error[sbom/parent-missing]: the image that \`${NAME}\` was built on is not on this machine: its packages cannot be told from those of \`${NAME}\``,
        `  hint: build it again: \`npx nx build ${NAME}\``,
      ].join('\n'),
    ],
  ]);
  await writeFile(pathOf(NAME, 'image.json'), '{}');
  expect((await run(`${NAME}:sbom`)).output).toContain('error[sbom/not-built]');
});
