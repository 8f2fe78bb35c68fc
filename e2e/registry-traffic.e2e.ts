import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf } from './support/program';
import { startRegistryProxy, type RegistryProxy } from './support/registry-proxy';
import { TINY } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** What a build asks of the registry that is its memory, and what goes over the line: the figures of docs/scale.md. */
const BASE = 'e2e-base';
const CHILD = 'e2e-child';
const REPOSITORY = 'family/cache';
const LAYER_BYTES = 1_000_000;
const ALONE = '--exclude-task-dependencies';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;
let registry: Registry;
let proxy: RegistryProxy;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-traffic-'));
  upstream = await makeUpstream(scratch);
  registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), {
    directory: join(scratch, 'registry'),
  });
  proxy = await startRegistryProxy(registry.address);
});

afterAll(async () => {
  for (const machine of machines) await disposeWithoutOrphans(machine);
  await proxy.close();
  await registry.stop();
  await rm(scratch, { recursive: true });
});

async function newMachine(): Promise<Workspace> {
  const repository = `${proxy.address}/${REPOSITORY}`;
  const machine = await createMachine(upstream, { publicKey: keys.publicKey, cache: { repository } });
  machines.push(machine);
  for (const [name, from] of Object.entries({ [BASE]: TINY, [CHILD]: BASE })) {
    await machine.addVariant(name, { from });
    // The same on all machines, and of a size that compression does not change.
    const content = createHash('shake256', { outputLength: LAYER_BYTES }).update(name).digest();
    await machine.write(`packages/${name}/artifacts/overrides/usr/share/${name}`, content);
  }
  return machine;
}

/** Builds one variant as the main branch's CI does. @returns what was said of it, and what was asked of the registry for it. */
async function build(machine: Workspace, variant: string) {
  proxy.takeRequests();
  proxy.takeBytes();
  proxy.takeAnsweredBytes();
  const environment = {
    [KEY_VARIABLE]: keys.privateKey,
    IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${proxy.address}/${REPOSITORY}`,
  };
  const output = outputOf(
    await machine.nxWith(environment, 'run-many', '--targets', 'build', '--projects', variant, ALONE),
  );
  const all = proxy.takeRequests();
  // How often a claim is renewed depends on how long the build takes.
  const isClaim = (request: string) => /^PUT .*\/manifests\/claim-/.test(request);
  const requests = all.filter((request, index) => !isClaim(request) || all.indexOf(request) === index);
  const of = (...methods: string[]) =>
    requests.filter((request) => methods.includes(request.split(' ')[0] ?? '')).length;
  return {
    result: resultIn(output),
    asked: of('GET', 'HEAD'),
    written: of('POST', 'PUT', 'PATCH'),
    // Renewals have some hundred bytes.
    kilobytesSent: Math.round(proxy.takeBytes() / 10_000) * 10,
    kilobytesReceived: Math.round(proxy.takeAnsweredBytes() / 1000),
  };
}

function resultIn(output: string): 'built' | 'registry' | 'there' {
  if (output.includes('is up to date: cached (registry)')) return 'registry';
  return output.includes('built localhost/') ? 'built' : 'there';
}

it('a result that is not there is pushed, one that is there is pulled, and writes nothing', async () => {
  const first = await newMachine();
  expect([await build(first, BASE), await build(first, CHILD)]).toMatchInlineSnapshot(`
   [
     {
       "asked": 14,
       "kilobytesReceived": 1,
       "kilobytesSent": 1010,
       "result": "built",
       "written": 18,
     },
     {
       "asked": 17,
       "kilobytesReceived": 5,
       "kilobytesSent": 1010,
       "result": "built",
       "written": 14,
     },
   ]
  `);
  const second = await newMachine();
  expect([await build(second, BASE), await build(second, CHILD)]).toMatchInlineSnapshot(`
   [
     {
       "asked": 6,
       "kilobytesReceived": 1006,
       "kilobytesSent": 0,
       "result": "registry",
       "written": 0,
     },
     {
       "asked": 6,
       "kilobytesReceived": 1006,
       "kilobytesSent": 0,
       "result": "registry",
       "written": 0,
     },
   ]
  `);
});

it('a variant that is edited costs what its parents cost that are there, and itself', async () => {
  const third = await newMachine();
  await third.write(`packages/${CHILD}/artifacts/overrides/usr/share/edited`, 'edited\n');
  expect([await build(third, BASE), await build(third, CHILD)]).toMatchInlineSnapshot(`
   [
     {
       "asked": 6,
       "kilobytesReceived": 1006,
       "kilobytesSent": 0,
       "result": "registry",
       "written": 0,
     },
     {
       "asked": 17,
       "kilobytesReceived": 5,
       "kilobytesSent": 1010,
       "result": "built",
       "written": 14,
     },
   ]
  `);
});

it('a build that has all on its own machine asks nothing', async () => {
  const [first] = machines;
  if (first === undefined) throw new Error('no machine has built');
  expect(await build(first, CHILD)).toMatchInlineSnapshot(`
   {
     "asked": 0,
     "kilobytesReceived": 0,
     "kilobytesSent": 0,
     "result": "there",
     "written": 0,
   }
  `);
});
