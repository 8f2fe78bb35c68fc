import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import {
  deleteManifest,
  findManifest,
  listTags,
  openRegistry,
  putManifest,
  readBlob,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Manifest,
  type Repository,
} from '@immutablue/registry';
import { generateKeyPair, KEY_VARIABLE, openSigningKey, signatureTag, signImage } from '@immutablue/signing';
import { textIn } from './support/built-images';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf } from './support/program';
import { TINY, TINY_IMAGE } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** Machines that share nothing but a registry. */
const BASE = 'e2e-base';
const CHILD = 'e2e-child';
const REPOSITORY = 'family/cache';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;
let registry: Registry;
let repository: Repository;
let close: () => Promise<void>;
/** The first machine, which has built everything. */
let first: Workspace;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-cache-'));
  upstream = await makeUpstream(scratch);
  registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), {
    directory: join(scratch, 'registry'),
  });
  const opened = await openRegistry(registry.address);
  repository = opened.repository(REPOSITORY);
  close = opened.close;
  first = await newMachine();
  expect(await build(first)).toContain('built localhost/immutablue/e2e-child:44');
});

afterAll(async () => {
  await close();
  for (const machine of machines) await disposeWithoutOrphans(machine);
  await registry.stop();
  await rm(scratch, { recursive: true });
});

const place = (name: string) => `${registry.address}/${name}`;

/** What a machine of the main branch's CI has in its environment. */
const trusted = () => ({ [KEY_VARIABLE]: keys.privateKey, IMMUTABLUE_CACHE_REPOSITORY_WRITE: place(REPOSITORY) });

/** A machine with the family, and nothing built. */
async function newMachine(cache: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const machine = await createMachine(upstream, {
    publicKey: keys.publicKey,
    cache: { repository: place(REPOSITORY), ...cache },
  });
  machines.push(machine);
  await machine.addVariant(BASE, {
    from: TINY,
    files: {
      'deps/Containerfile': 'FROM scratch\nCOPY made /usr/made\n',
      'deps/made': 'made\n',
      'build/55-base.sh': script('base', '/usr/base'),
    },
  });
  // With a checkpoint.
  await machine.addVariant(CHILD, {
    from: BASE,
    files: { 'build/35-first.sh': script('first', '/usr/first'), 'build/55-child.sh': script('child', '/usr/child') },
  });
  return machine;
}

const script = (text: string, path: string) => `# reads:\necho ${text} >${path}\n`;

async function build(machine: Workspace, environment: Readonly<Record<string, string>> = trusted()): Promise<string> {
  const targets = ['--targets', 'deps,build', '--projects', `${BASE},${CHILD}`, '--exclude-task-dependencies'];
  return outputOf(await machine.nxWith(environment, 'run-many', ...targets));
}

async function digestsOn({ root }: Workspace): Promise<unknown> {
  const records = [BASE, CHILD].map(async (name) => {
    const text = await readFile(join(root, 'packages', name, 'dist/image.json'), 'utf8');
    const { imageId, digest } = JSON.parse(text) as Record<string, string>;
    return { name, imageId, digest };
  });
  return Promise.all(records);
}

/** The lines of a build that say what became of an image or dep-builder. */
function results(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => /^built |^localhost.* is up to date|^the dep-builder of .* is (done|up to date)/.test(line))
    .map((line) => line.replace(/ in [\d.]+ m?s: image .*/, '').replace(/,? (image )?[0-9a-f]{12}(?=$|,)/, ''))
    .sort();
}

const notices = (output: string) => output.split('\n').flatMap((line) => /^\[registry\] (.*)/.exec(line)?.[1] ?? []);

const ALL_CACHED = [
  'localhost/immutablue/e2e-base:44 is up to date: cached (registry), not fetched yet',
  'localhost/immutablue/e2e-child:44 is up to date: cached (registry)',
  'the dep-builder of e2e-base is up to date: cached (registry), not fetched yet',
];

describe('a machine that has built nothing', () => {
  let second: Workspace;
  beforeAll(async () => {
    second = await newMachine();
  });

  it('is told by explain what the registry has, and gets none of it', async () => {
    const output = outputOf(await second.nx('explain', CHILD, '--exclude-task-dependencies'));
    expect(output).toContain('dep-builder of e2e-base: cached (registry)');
    expect(output.match(/cached \(registry\)/g)?.length).toBeGreaterThan(10);
    expect(output).not.toContain(' runs ');
    expect(await second.store.run('buildah', 'images', '--noheading')).toMatch(/^[^\n]*e2e\/tiny[^\n]*$/);
  });

  it('builds nothing, and has the same images', async () => {
    expect(results(await build(second, {}))).toEqual(ALL_CACHED);
    expect(await digestsOn(second)).toEqual(await digestsOn(first));
    expect([await textIn(second, CHILD, '/usr/made'), await textIn(second, CHILD, '/usr/child')]).toEqual([
      'made',
      'child',
    ]);
  });

  it('builds what is edited, and nothing else', async () => {
    const third = await newMachine();
    await third.write(`packages/${CHILD}/build/55-child.sh`, script('edited', '/usr/child'));
    expect(results(await build(third, {}))).toEqual([
      'built localhost/immutablue/e2e-child:44',
      ...ALL_CACHED.filter((line) => !line.includes(CHILD)),
    ]);
    const log = await readFile(join(third.root, 'packages', CHILD, 'dist/build.log'), 'utf8');
    expect(log).not.toContain('[35-first]');
    expect(await textIn(third, CHILD, '/usr/child')).toBe('edited');
  });

  it('puts the layers of a child on a parent that it has edited, without that which they were built on', async () => {
    const third = await newMachine();
    await third.write(`packages/${BASE}/build/55-base.sh`, script('edited', '/usr/base'));
    outputOf(await third.nx('run-many', '--targets', 'deps,build', '--projects', BASE, '--exclude-task-dependencies'));
    const explained = outputOf(await third.nx('explain', CHILD, '--exclude-task-dependencies'));
    expect(explained).toContain('unaffected by e2e-base: layers rebased (registry)');
    expect(results(await build(third, {}))).toContain(
      'localhost/immutablue/e2e-child:44 is up to date: unaffected by e2e-base: layers rebased (registry)',
    );
    expect([await textIn(third, CHILD, '/usr/base'), await textIn(third, CHILD, '/usr/child')]).toEqual([
      'edited',
      'child',
    ]);
    // The same as on a machine that has them itself, with what the dep-builder made, which no task has read so far.
    outputOf(await second.nx('deps', BASE, '--exclude-task-dependencies'));
    await second.write(`packages/${BASE}/build/55-base.sh`, script('edited', '/usr/base'));
    expect(results(await build(second, { IMMUTABLUE_CACHE_REPOSITORY: place('family/none') }))).toContain(
      'localhost/immutablue/e2e-child:44 is up to date: unaffected by e2e-base: layers rebased',
    );
    expect(await digestsOn(third)).toEqual(await digestsOn(second));
  });

  it('rebuilds a child that reads what is edited in the parent', async () => {
    const third = await newMachine();
    await third.write(`packages/${BASE}/build/55-base.sh`, script('edited', '/usr/child'));
    const said = results(await build(third, {}));
    expect(said).toContain('built localhost/immutablue/e2e-child:44');
    expect(await textIn(third, CHILD, '/usr/child')).toBe('child');
  });
});

describe('a pull request', () => {
  const OWN = 'family/pull-request-1';
  const environment = () => ({ IMMUTABLUE_CACHE_REPOSITORY_WRITE: place(OWN) });

  it('reads what is trusted, and what it has written itself, which no other machine takes', async () => {
    const edit = script('of the request', '/usr/child');
    const before = await listTags(repository);
    const said: string[][] = [];
    for (let job = 0; job < 2; job++) {
      const machine = await newMachine({ unsigned: 'own' });
      await machine.write(`packages/${CHILD}/build/55-child.sh`, edit);
      said.push(results(await build(machine, environment())));
    }
    const others = ALL_CACHED.filter((line) => !line.includes(CHILD));
    expect(said).toEqual([['built localhost/immutablue/e2e-child:44', ...others], ALL_CACHED]);
    expect(await listTags(repository)).toEqual(before);

    const other = await newMachine();
    await other.write(`packages/${CHILD}/build/55-child.sh`, edit);
    const output = await build(other, { IMMUTABLUE_CACHE_REPOSITORY: place(OWN) });
    expect(results(output)).toContain('built localhost/immutablue/e2e-child:44');
    expect(notices(output)).toContainEqual(
      expect.stringMatching(/^note: the entry \w{12} of `family\/pull-request-1` is not used: it is not signed$/),
    );
  });

  it('finds what it has written where what is trusted stands on another parent', async () => {
    const own = { IMMUTABLUE_CACHE_REPOSITORY_WRITE: place('family/pull-request-2') };
    const said: string[][] = [];
    for (let job = 0; job < 2; job++) {
      const machine = await newMachine({ unsigned: 'own' });
      // The child has that itself, in the version of its own parent.
      await machine.write(`packages/${BASE}/build/55-base.sh`, script('of the request', '/usr/child'));
      said.push(results(await build(machine, own)));
    }
    expect(said[0]).toContain('built localhost/immutablue/e2e-child:44');
    expect(said[1]).toEqual(ALL_CACHED);
  });

  it('writes nothing without a key where signatures are asked for', async () => {
    const machine = await newMachine();
    await machine.write(`packages/${CHILD}/build/55-child.sh`, script('unsigned', '/usr/child'));
    const output = await build(machine, { IMMUTABLUE_CACHE_REPOSITORY_WRITE: place('family/refused') });
    expect(notices(output)).toContainEqual(expect.stringContaining('IMMUTABLUE_SIGNING_KEY is not set'));
    const opened = await openRegistry(registry.address);
    expect(await listTags(opened.repository('family/refused'))).toEqual([]);
    await opened.close();
  });
});

describe('an entry that must not be used counts as not there', () => {
  interface Entry {
    readonly tag: string;
    readonly manifest: Manifest;
  }
  let machine: Workspace;
  let entry: Entry;
  let other: Entry;
  beforeAll(async () => {
    machine = await newMachine();
    entry = await entryOf(CHILD, 'rest');
    other = await entryOf(BASE, 'rest');
  });

  /** What stands in the repository for a part of a variant as `first` has built it. */
  async function entryOf(variant: string, of: string): Promise<Entry> {
    for (const tag of (await listTags(repository)).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
      const manifest = await findManifest(repository, tag);
      if (manifest === undefined) continue;
      const { config } = JSON.parse(manifest.bytes.toString()) as {
        config: { digest: `sha256:${string}`; size: number };
      };
      const text = (await buffer(readBlob(repository, config as Parameters<typeof readBlob>[1]))).toString();
      const { result } = JSON.parse(text) as { result: { variant: string; of: string } };
      if (result.variant === variant && result.of === of) return { tag, manifest };
    }
    throw new Error(`no entry of ${variant}`);
  }

  /** Makes `machine` one that has built nothing. */
  async function forgetAll(): Promise<void> {
    const { root, store } = machine;
    await rm(join(root, '.immutablue/state'), { recursive: true, force: true });
    const images = await store.run('buildah', 'images', '--quiet', '--no-trunc');
    for (const image of images.split('\n').filter((line) => line !== '')) {
      await store.run('skopeo', 'delete', `containers-storage:@${image.replace(/^sha256:/, '')}`);
    }
    await store.run('skopeo', 'copy', '--quiet', `oci:${upstream}`, `containers-storage:${TINY_IMAGE}`);
  }

  /** Takes the signatures of the entry away. */
  async function unsign(): Promise<void> {
    const signature = await findManifest(repository, signatureTag(entry.manifest.digest));
    if (signature !== undefined) await deleteManifest(repository, signature.digest);
  }

  const cases: [string, () => Promise<void>, RegExp][] = [
    ['of another key of a build', () => move(other.manifest), /is not used: it is of another key, `\w{12}`$/],
    ['whose layer is damaged', damage, /is not that blob/],
    ['without a signature', unsign, /is not used: it is not signed$/],
    [
      'that another key has signed',
      async () => {
        await unsign();
        const text = generateKeyPair(undefined).privateKey;
        const key = openSigningKey(text, undefined, { key: 'KEY', password: 'PASSWORD' });
        const image = { registry: registry.address, repository: REPOSITORY, digest: entry.manifest.digest };
        const signing = signImage(image, key);
        if (signing === undefined) throw new Error('a first signature');
        for (const { bytes } of signing.blobs) await uploadBlob(repository, sourceOfBytes(bytes));
        await putManifest(repository, toManifest(signing.manifest.bytes, signing.manifest.mediaType), signing.tag);
      },
      /is not used: it is not signed by the workspace's key$/,
    ],
  ];

  async function move(manifest: Manifest): Promise<void> {
    await putManifest(repository, manifest, entry.tag);
  }

  /** As a disk does that fails. */
  async function damage(): Promise<void> {
    await move(entry.manifest);
    const { layers } = JSON.parse(entry.manifest.bytes.toString()) as { layers: { digest: string }[] };
    const hex = layers.at(-2)?.digest.slice('sha256:'.length) ?? '';
    const file = join(scratch, 'registry/images/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    const bytes = await readFile(file);
    await writeFile(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]));
    restore = () => writeFile(file, bytes);
  }

  let restore: () => Promise<void>;
  beforeEach(() => {
    restore = () => Promise.resolve();
  });

  it.each(cases)('%s', async (_, tamper, reason) => {
    await tamper();
    await forgetAll();
    const output = await build(machine, {});
    await restore();
    expect(notices(output)).toContainEqual(expect.stringMatching(reason));
    expect(results(output)).toContain('built localhost/immutablue/e2e-child:44');
    expect(await digestsOn(machine)).toEqual(await digestsOn(first));
  });
});

it('a machine that has built all fills a repository that has nothing, with what is rebased, too', async () => {
  const FILLED = 'family/filled';
  const edit = script('edited', '/usr/base');
  const all = await newMachine({ repository: place(FILLED) });
  await build(all, {});
  await all.write(`packages/${BASE}/build/55-base.sh`, edit);
  expect(results(await build(all, {}))).toContain(
    'localhost/immutablue/e2e-child:44 is up to date: unaffected by e2e-base: layers rebased',
  );
  const environment = { ...trusted(), IMMUTABLUE_CACHE_REPOSITORY_WRITE: place(FILLED) };
  const fill = async () => {
    const targets = ['--targets', 'deps,build', '--projects', `${BASE},${CHILD}`, '--exclude-task-dependencies'];
    return outputOf(await all.nxWith(environment, 'run-many', ...targets, '--skip-nx-cache'));
  };
  const pushed = (output: string) => notices(output).filter((line) => /is in `.*` now/.test(line)).length;
  // A dep-builder, two images, and their checkpoints.
  expect([pushed(await fill()), pushed(await fill())]).toEqual([5, 0]);

  const empty = await newMachine({ repository: place(FILLED) });
  await empty.write(`packages/${BASE}/build/55-base.sh`, edit);
  expect(results(await build(empty, {}))).toEqual(ALL_CACHED);
  expect(await digestsOn(empty)).toEqual(await digestsOn(all));
});

it('builds with one warning while the registry is away', async () => {
  const machine = await newMachine({ repository: '127.0.0.1:1/family/cache' });
  const output = await build(machine, { ...trusted(), IMMUTABLUE_CACHE_REPOSITORY_WRITE: '127.0.0.1:1/family/cache' });
  expect(results(output)).toContain('built localhost/immutablue/e2e-child:44');
  for (const task of ['deps', 'build']) {
    const log = await readFile(join(machine.root, 'packages', BASE, `dist/${task}.log`), 'utf8');
    expect(notices(log)).toEqual([
      expect.stringMatching(
        /^warning: the cache in the registry is not read: registry `127\.0\.0\.1:1` could not be reached/,
      ),
    ]);
  }
  expect(await digestsOn(machine)).toEqual(await digestsOn(first));
});
