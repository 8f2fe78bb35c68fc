import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyEdit, createRandom, firstFamily, generateEdit } from '../testing/family-edits';
import { readNumber } from './support/environment';
import { compareFamilies } from './support/compare-families';
import { linkLab } from './support/copy-workspace';
import { cleanBuilds, incrementalBuilds } from './support/family-builds';
import { makeSmallImages, nameSmallImage } from './support/small-image';
import { createStore, type Store } from './support/store';

/** `npm run test:property` sets them; a run of all tests makes the same few edits each time. */
const EDITS = readNumber('IMMUTABLUE_PROPERTY_EDITS', 25);
const SEED = readNumber('IMMUTABLUE_PROPERTY_SEED', 1);
const MILLISECONDS_PER_EDIT = 60_000;

const WORKSPACES = ['first', 'second', 'moved', 'built', 'incremental', 'clean'] as const;

let scratch: string;
let store: Store;
const inherited = { ...process.env };

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'immutablue-e2e-'));
  store = await createStore(join(scratch, 'store'));
  for (const name of WORKSPACES) await linkLab(join(scratch, name), join(scratch, `cache-${name}`));
  // Images are built by this process: what it starts uses the test's store and cache.
  Object.assign(process.env, store.environment, { IMMUTABLUE_CACHE_DIR: join(scratch, 'cache') });
  await makeSmallImages(store);
});

afterAll(async () => {
  expect(await store.leftovers()).toEqual([]);
  process.env = inherited;
  await store.shutDown();
  await rm(scratch, { recursive: true, force: true });
});

const workspace = (name: (typeof WORKSPACES)[number]) => join(scratch, name);

it('gives the same layers when it builds the same from nothing twice', async () => {
  const state = firstFamily();
  const [first, second] = [cleanBuilds(workspace('first')), cleanBuilds(workspace('second'))];
  await nameSmallImage(store, state);
  const layers = async (builds: typeof first) =>
    [...(await builds.build(state))].map(([name, result]) => [
      name,
      result.kind === 'image' ? result.record.layers : result,
    ]);
  expect(await layers(second)).toEqual(await layers(first));
});

it('gives layers that it puts on another parent the configuration of that parent', async () => {
  const [incremental, clean] = [incrementalBuilds(workspace('moved')), cleanBuilds(workspace('built'))];
  await nameSmallImage(store, firstFamily());
  await incremental.build(firstFamily());
  const bumped = { ...firstFamily(), revision: 1 } as const;
  await nameSmallImage(store, bumped);
  const { differences, notes } = await compareFamilies(await clean.build(bumped), await incremental.build(bumped));
  expect(differences).toEqual([]);
  // Nothing had to run for that.
  for (const note of notes) expect(note).toContain('nothing ran');
});

it(
  `has after each of ${EDITS} edits (seed ${SEED}) what a build from nothing has`,
  async () => {
    const [incremental, clean] = [incrementalBuilds(workspace('incremental')), cleanBuilds(workspace('clean'))];
    const random = createRandom(SEED);
    let state = firstFamily();
    const done: string[] = [];
    await check('no edit');
    for (let index = 1; index <= EDITS; index++) {
      const before = state;
      const edit = generateEdit(random, state);
      state = applyEdit(state, edit);
      const built = await check(`${index}. ${JSON.stringify(edit)}`);
      // An edit that a build refuses is taken back: one after it shows nothing of what stands on it.
      if (built === 'refused') state = before;
    }

    async function check(title: string): Promise<'built' | 'refused'> {
      const started = performance.now();
      await nameSmallImage(store, state);
      const now = await incremental.build(state);
      const between = performance.now();
      const wanted = await clean.build(state);
      const compared = await compareFamilies(wanted, now);
      const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
      done.push(`${title} ${compared.outcome}, ${seconds(started, between)}, ${seconds(between, performance.now())}`);
      if (process.env['IMMUTABLUE_PROPERTY_VERBOSE'] !== undefined) {
        process.stderr.write(`${done.at(-1) ?? ''}\n${compared.notes.map((note) => `     ${note}\n`).join('')}`);
      }
      if (compared.differences.length > 0) {
        const again = `npm run test:property -- --edits ${EDITS} --seed ${SEED}`;
        const how = 'left: built from nothing, right: built incrementally';
        throw new Error([`${again}\n`, ...done, '', how, ...compared.differences, '', ...compared.notes].join('\n'));
      }
      return compared.outcome;
    }
  },
  (EDITS + 5) * MILLISECONDS_PER_EDIT,
);
