import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { runCommand } from '@immutablue/oci';
import { listTags, openRegistry } from '@immutablue/registry';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf } from './support/program';
import { startRegistryProxy, type RegistryProxy } from './support/registry-proxy';
import { PASSWORD, startSecuredRegistry } from './support/secured-registry';
import { TINY } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** Registries as memory that ask for a password, and that say nothing in the middle of a push. */
const VARIANT = 'e2e-teal';
const REPOSITORY = 'family/cache';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-cache-places-'));
  upstream = await makeUpstream(scratch);
});

afterEach(async () => {
  for (const machine of machines.splice(0)) await disposeWithoutOrphans(machine);
});

afterAll(() => rm(scratch, { recursive: true }));

async function newMachine(host: string, word = 'teal'): Promise<Workspace> {
  const cache = { repository: `${host}/${REPOSITORY}` };
  const machine = await createMachine(upstream, { publicKey: keys.publicKey, cache });
  machines.push(machine);
  await machine.addVariant(VARIANT, {
    from: TINY,
    files: { 'build/55-teal.sh': `# reads:\necho ${word} >/usr/teal\n` },
  });
  return machine;
}

const COMMAND = ['build', VARIANT, '--exclude-task-dependencies', '--skip-nx-cache'] as const;

const writing = (host: string) => ({
  [KEY_VARIABLE]: keys.privateKey,
  IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${host}/${REPOSITORY}`,
});

const BUILT = `built localhost/immutablue/${VARIANT}:44`;
const TAKEN = `localhost/immutablue/${VARIANT}:44 is up to date: cached (registry)`;

it('works with TLS and a password, which is nowhere afterwards', async () => {
  const secured = await startSecuredRegistry(join(scratch, 'secured'));
  const secrets = [PASSWORD, Buffer.from(`me:${PASSWORD}`).toString('base64')];
  const home = join(scratch, 'home');
  const certificates = join(home, '.config/containers/certs.d', secured.address);
  await cp(secured.certificates, certificates, { recursive: true });
  const environment = { HOME: home, REGISTRY_AUTH_FILE: secured.authFile };
  const commandLines = watchCommandLines();
  try {
    const [first, second] = [await newMachine(secured.address), await newMachine(secured.address)];
    const outputs = [
      outputOf(await first.nxWith({ ...environment, ...writing(secured.address) }, ...COMMAND)),
      outputOf(await second.nxWith(environment, ...COMMAND)),
    ];
    expect(outputs).toEqual([expect.stringContaining(BUILT), expect.stringContaining(TAKEN)]);
    const seen = [...outputs, ...(await commandLines.stop())].join('\n');
    expect(seen).toContain('buildah');
    for (const secret of secrets) {
      expect(seen).not.toContain(secret);
      for (const { root } of [first, second]) {
        // 1: no file has it.
        const folders = ['.nx', '.immutablue', `packages/${VARIANT}`].map((folder) => join(root, folder));
        await expect(runCommand(['grep', '-rlF', secret, ...folders])).rejects.toMatchObject({
          result: { exitCode: 1 },
        });
      }
    }
  } finally {
    await commandLines.stop();
    await secured.stop();
  }
});

/** The command lines of all programs that run, looked at again and again. */
function watchCommandLines(): { readonly stop: () => Promise<readonly string[]> } {
  const seen = new Set<string>();
  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        // One may have ended by now.
        seen.add((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await watching;
      return [...seen];
    },
  };
}

describe('Ctrl-C in the middle of a push', () => {
  let registry: Registry;
  let proxy: RegistryProxy;

  beforeAll(async () => {
    registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), { directory: join(scratch, 'plain') });
    proxy = await startRegistryProxy(registry.address);
    // What each claim names is there by then: the first blob that is sent is of the entry.
    const first = await newMachine(proxy.address, 'first');
    outputOf(await first.nxWith(writing(proxy.address), ...COMMAND));
  });

  afterAll(async () => {
    await proxy.close();
    await registry.stop();
  });

  async function tags(): Promise<readonly string[]> {
    const opened = await openRegistry(registry.address);
    try {
      return (await listTags(opened.repository(REPOSITORY))).filter((tag) => !tag.startsWith('sha256-'));
    } finally {
      await opened.close();
    }
  }

  it.each([
    ['of a layer', /^(?:PATCH|PUT) .*\/blobs\/uploads\//],
    ['of the signature', /^PUT .*\/manifests\/sha256-\w{64}\.sig$/],
    ['of the name', /^PUT .*\/manifests\/\w{64}$/],
  ])('%s ends at once, and nothing of it is found by others', async (what, held) => {
    const before = await tags();
    const word = what.replaceAll(' ', '-');
    const machine = await newMachine(proxy.address, word);
    const isHeld = new Promise<void>((resolve) => {
      proxy.decide((request) => {
        if (!held.test(request)) return 'passed';
        resolve();
        return 'held';
      });
    });
    const program = machine.startNxWith(writing(proxy.address), ...COMMAND);
    await isHeld;
    const started = performance.now();
    program.signalGroup('SIGINT');
    expect((await program.outcome).exitCode).toBe(130);
    expect(performance.now() - started).toBeLessThan(10_000);
    proxy.decide();
    expect(await tags()).toEqual(before);

    const other = await newMachine(proxy.address, word);
    const output = outputOf(await other.nxWith({}, ...COMMAND));
    expect(output).toContain(BUILT);
    expect(output).not.toContain('[registry]');
    // It was built: what was not sent is sent by the next task that finds it.
    outputOf(await machine.nxWith(writing(proxy.address), ...COMMAND));
    expect(await tags()).toHaveLength(before.length + 1);
  });
});
