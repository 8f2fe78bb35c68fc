import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { listTags, openRegistry } from '@immutablue/registry';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf } from './support/program';
import { TINY } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** Two machines that build the same at the same time, and share nothing but a registry. docs/registry-cache.md */
const BASE = 'e2e-base';
const CHILD = 'e2e-child';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;
let registry: Registry;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-claims-'));
  upstream = await makeUpstream(scratch);
  registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), {
    directory: join(scratch, 'registry'),
  });
});

afterAll(async () => {
  for (const machine of machines) await disposeWithoutOrphans(machine);
  await registry.stop();
  await rm(scratch, { recursive: true });
});

const script = (text: string, path: string, last = '') => `# reads:\n${last}echo ${text} >${path}\n`;

/** A machine that has built nothing. @param middle what the child does in the middle. */
async function newMachine(repository: string, middle: string): Promise<Workspace> {
  const cache = { repository: `${registry.address}/${repository}` };
  const machine = await createMachine(upstream, { publicKey: keys.publicKey, cache });
  machines.push(machine);
  await machine.addVariant(BASE, {
    from: TINY,
    files: {
      'deps/Containerfile': 'FROM scratch\nCOPY made /usr/made\n',
      'deps/made': 'made\n',
      'build/55-base.sh': script('base', '/usr/base', 'sleep 2\n'),
    },
  });
  await machine.addVariant(CHILD, {
    from: BASE,
    files: {
      'build/35-first.sh': script('first', '/usr/first'),
      'build/55-child.sh': script('child', '/usr/child', `echo notice: in the middle\n${middle}\n`),
    },
  });
  return machine;
}

function start(machine: Workspace, repository: string, ...variants: readonly string[]) {
  const environment = {
    [KEY_VARIABLE]: keys.privateKey,
    IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${registry.address}/${repository}`,
  };
  const projects = variants.join(',');
  const stream = '--outputStyle=stream-without-prefixes';
  return machine.startNxWith(
    environment,
    'run-many',
    ...['--targets', 'deps,build', '--projects', projects, stream, '--exclude-task-dependencies'],
  );
}

async function imagesOn({ root }: Workspace): Promise<unknown> {
  const texts = [BASE, CHILD].map((name) => readFile(join(root, 'packages', name, 'dist/image.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => (JSON.parse(text) as { digest: string }).digest);
}

/** What has run in these builds. */
function built(...outputs: readonly string[]): string[] {
  const pattern = /^(?:built localhost\/immutablue\/([\w-]+):44 |the (dep-builder) of [\w-]+ is done)/gm;
  return outputs.flatMap((output) => [...output.matchAll(pattern)].map(([, image, dep]) => image ?? dep ?? '')).sort();
}

async function claimsIn(repository: string): Promise<readonly string[]> {
  const opened = await openRegistry(registry.address);
  try {
    return (await listTags(opened.repository(repository))).filter((tag) => tag.startsWith('claim-'));
  } finally {
    await opened.close();
  }
}

const WAITING = /^localhost\/immutablue\/e2e-child:44 is being built by another machine.*: waiting for it/m;

it('each variant is built once in all', async () => {
  const workers = [await newMachine('once', 'sleep 2'), await newMachine('once', 'sleep 2')] as const;
  const jobs = workers.map((worker) => start(worker, 'once', BASE, CHILD));
  const outputs = (await Promise.all(jobs.map(({ outcome }) => outcome))).map(outputOf);
  expect(built(...outputs)).toEqual(['dep-builder', BASE, CHILD]);
  expect(outputs.join('\n')).toMatch(WAITING);
  expect(outputs.join('\n')).toMatch(/^waited [\d.]+ s for localhost\/immutablue\/e2e-child:44: it is there$/m);
  expect(await imagesOn(workers[0])).toEqual(await imagesOn(workers[1]));
  expect(await claimsIn('once')).toEqual([]);
});

it('so it is where what the registry has of it does not fit any more', async () => {
  const workers = [await newMachine('once', 'sleep 2'), await newMachine('once', 'sleep 2')] as const;
  // What the child has written itself: its earlier layers cannot be put on that.
  const edited = script('edited', '/usr/child', 'sleep 2\n');
  for (const worker of workers) await worker.write(`packages/${BASE}/build/55-base.sh`, edited);
  const jobs = workers.map((worker) => start(worker, 'once', BASE, CHILD));
  const outputs = (await Promise.all(jobs.map(({ outcome }) => outcome))).map(outputOf);
  expect(built(...outputs)).toEqual([BASE, CHILD]);
});

describe('where one of two is stopped', () => {
  const REPOSITORY = 'stopped';
  let claiming: Workspace;
  let waiting: Workspace;

  beforeAll(async () => {
    claiming = await newMachine(REPOSITORY, 'sleep 15');
    waiting = await newMachine(REPOSITORY, 'sleep 15');
    outputOf(await start(claiming, REPOSITORY, BASE).outcome);
  });

  /** One that builds the child, and one that waits for it. */
  async function startBoth() {
    const first = start(claiming, REPOSITORY, BASE, CHILD);
    await first.says(/in the middle$/m);
    const second = start(waiting, REPOSITORY, BASE, CHILD);
    await second.says(WAITING);
    return { first, second };
  }

  it('by Ctrl-C, it ends at once and leaves nothing', async () => {
    const { first, second } = await startBoth();
    for (const one of [second, first]) {
      expect(await claimsIn(REPOSITORY)).toHaveLength(1);
      const started = performance.now();
      one.signalGroup('SIGINT');
      expect((await one.outcome).exitCode).toBe(130);
      expect(performance.now() - started).toBeLessThan(10_000);
    }
    expect(await claimsIn(REPOSITORY)).toEqual([]);
  });

  it('by SIGKILL, the other one goes on from its checkpoint', async () => {
    const { first, second } = await startBoth();
    const started = performance.now();
    first.signalGroup('SIGKILL');
    await first.outcome;
    await claiming.dispose();
    machines.splice(machines.indexOf(claiming), 1);
    await second.says(/in the middle$/m);
    expect(performance.now() - started).toBeLessThan(40_000);
    const output = outputOf(await second.outcome);
    expect(output).toMatch(/^waited \d+ s for localhost\/immutablue\/e2e-child:44: the other machine does not go on$/m);
    expect(built(output)).toEqual([CHILD]);
    expect(output).not.toContain('[35-first]');
    expect(await claimsIn(REPOSITORY)).toEqual([]);
  });
});
