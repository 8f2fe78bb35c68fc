import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabContext, startRegistry, type Registry } from '@immutablue/lab';
import { generateKeyPair, KEY_VARIABLE } from '@immutablue/signing';
import { createMachine, makeUpstream } from './support/machines';
import { outputOf, type Outcome } from './support/program';
import { TINY } from './support/tiny-image';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/**
 * A family that five machines build together, as the jobs of a CI do: one job for each variant, which begins when that of its parent has
 * ended, and builds what it stands on with the same command. Nothing is shared but the registry.
 */
const BASE = 'e2e-base';
const CHILDREN = ['e2e-one', 'e2e-two', 'e2e-three', 'e2e-four'] as const;
const FAMILY = [BASE, ...CHILDREN];
/** The one whose worker is killed. */
const KILLED = 'e2e-four';
const REPOSITORY = 'family/cache';

const keys = generateKeyPair(undefined);
const machines: Workspace[] = [];
let scratch: string;
let upstream: string;
let registry: Registry;
/** One machine, which builds everything from nothing and asks no registry. */
let alone: Workspace;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-workers-'));
  upstream = await makeUpstream(scratch);
  registry = await startRegistry(createLabContext({ workspaceRoot: scratch }), {
    directory: join(scratch, 'registry'),
  });
  alone = await createClone();
  outputOf(await alone.nx('run-many', ...tasks(FAMILY), '--clean'));
});

afterAll(async () => {
  for (const machine of machines) await disposeWithoutOrphans(machine);
  await registry.stop();
  await rm(scratch, { recursive: true });
});

/** A machine with a clone of the family, and nothing built. */
async function createClone(cache?: Readonly<Record<string, string>>): Promise<Workspace> {
  const machine = await createMachine(upstream, {
    publicKey: keys.publicKey,
    ...(cache === undefined ? {} : { cache }),
  });
  machines.push(machine);
  const script = (text: string, path: string, last = '') => `# reads:\necho ${text} >${path}\n${last}`;
  await machine.addVariant(BASE, {
    from: TINY,
    files: {
      'deps/Containerfile': 'FROM scratch\nCOPY made /usr/made\n',
      'deps/made': 'made\n',
      'build/55-base.sh': script('base', '/usr/base'),
    },
  });
  for (const name of CHILDREN) {
    const last = name === KILLED ? 'echo notice: it is in the middle\nsleep 3\n' : '';
    await machine.addVariant(name, {
      from: BASE,
      files: {
        'build/35-packages.sh': script(name, '/usr/packages'),
        'build/55-child.sh': script(name, '/usr/child', last),
      },
    });
  }
  return machine;
}

const createWorker = () => createClone({ repository: `${registry.address}/${REPOSITORY}` });

const tasks = (variants: readonly string[]) => [
  ...['--targets', 'deps,build', '--projects', variants.join(','), '--outputStyle=stream-without-prefixes'],
  // Of the lab.
  '--exclude-task-dependencies',
];

/** The job of a variant. */
function start(machine: Workspace, variant: string) {
  const environment = {
    [KEY_VARIABLE]: keys.privateKey,
    IMMUTABLUE_CACHE_REPOSITORY_WRITE: `${registry.address}/${REPOSITORY}`,
  };
  return machine.startNxWith(environment, 'run-many', ...tasks([...new Set([BASE, variant])]));
}

/** Where a job had each image from. */
function sources(outcome: Outcome): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of outputOf(outcome)
    .split('\n')
    .map((one) => one.trim())) {
    const built = /^built localhost\/immutablue\/([\w-]+):44 /.exec(line)?.[1];
    const cached = /^localhost\/immutablue\/([\w-]+):44 is up to date: cached \(registry\)/.exec(line)?.[1];
    if (built !== undefined) found[built] = 'built';
    if (cached !== undefined) found[cached] = 'registry';
    const depBuilder = /^the dep-builder of ([\w-]+) is (done|up to date: cached \(registry\))/.exec(line);
    if (depBuilder !== null) found['dep-builder'] = depBuilder[2] === 'done' ? 'built' : 'registry';
  }
  return found;
}

async function imageOn({ root }: Workspace, variant: string): Promise<unknown> {
  const text = await readFile(join(root, 'packages', variant, 'dist/image.json'), 'utf8');
  const { imageId, digest } = JSON.parse(text) as Record<string, string>;
  return { imageId, digest };
}

it('builds each variant once, and the same images as one machine', async () => {
  const workers = await Promise.all(FAMILY.map(createWorker));
  const jobs: { readonly worker: string; readonly variant: string; readonly found: Record<string, string> }[] = [];
  const run = async (variant: string, machine: Workspace | undefined, worker: string) => {
    if (machine === undefined) throw new Error('a worker for each variant');
    jobs.push({ worker, variant, found: sources(await start(machine, variant).outcome) });
    for (const one of new Set([BASE, variant])) expect(await imageOn(machine, one)).toEqual(await imageOn(alone, one));
  };

  await run(BASE, workers[0], '1');
  await Promise.all(
    CHILDREN.map(async (variant, index) => {
      const worker = String(index + 2);
      const machine = workers[index + 1];
      if (variant !== KILLED) return run(variant, machine, worker);
      if (machine === undefined) throw new Error('a worker for each variant');
      const killed = start(machine, variant);
      await killed.says(/it is in the middle$/m);
      killed.signalGroup('SIGKILL');
      await killed.outcome;
      await machine.dispose();
      machines.splice(machines.indexOf(machine), 1);
      // What it had, it has no more; the registry has the checkpoint.
      const again = await createWorker();
      await run(variant, again, `${worker}, again`);
      const log = await readFile(join(again.root, 'packages', variant, 'dist/build.log'), 'utf8');
      expect([log.includes('[35-packages]'), log.includes('[55-child]')]).toEqual([false, true]);
    }),
  );

  jobs.sort((one, other) => (one.worker < other.worker ? -1 : 1));
  const columns = ['dep-builder', ...FAMILY];
  const table = jobs.map(({ worker, found }) => [worker, ...columns.map((name) => found[name] ?? '-')].join(' | '));
  expect(['worker', ...columns].join(' | ') + '\n' + table.join('\n')).toMatchInlineSnapshot(`
   "worker | dep-builder | e2e-base | e2e-one | e2e-two | e2e-three | e2e-four
   1 | built | built | - | - | - | -
   2 | registry | registry | built | - | - | -
   3 | registry | registry | - | built | - | -
   4 | registry | registry | - | - | built | -
   5, again | registry | registry | - | - | - | built"
  `);
});
