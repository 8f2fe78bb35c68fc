import { lineWriter } from '@immutablue/diagnostics';
import {
  applyEdit,
  createRandom,
  EDIT_KINDS,
  firstFamily,
  generateEvent,
  generateUnseen,
  kindsOf,
  type KindOfEdit,
} from '../testing/family-edits';
import { compareFamilies } from './support/compare-families';
import { buildFamily, cleanBuilds, createFamilyWorkspace, writeState, type CleanBuilds } from './support/family-builds';
import { happen } from './support/family-events';
import { compareExplained, explainFamily } from './support/family-explained';
import { disposeWithoutOrphans, type Workspace } from './support/workspace';

/** `npm run test:property` sets them; a run of all tests makes the same few edits each time. */
const EDITS = readNumber('IMMUTABLUE_PROPERTY_EDITS', 30);
const SEED = readNumber('IMMUTABLUE_PROPERTY_SEED', 1);
const MILLISECONDS_PER_EDIT = 60_000;

let workspace: Workspace;
let cleanWorkspace: Workspace;
let clean: CleanBuilds;

beforeAll(async () => {
  workspace = await createFamilyWorkspace();
  cleanWorkspace = await createFamilyWorkspace();
  clean = cleanBuilds(cleanWorkspace);
});

afterAll(async () => {
  for (const each of [workspace, cleanWorkspace]) {
    await disposeWithoutOrphans(each);
  }
});

it('gives the same layers when it builds the same from nothing twice', async () => {
  const state = firstFamily();
  const layers = async (builds: CleanBuilds) =>
    [...(await builds.build(state))].map(([name, result]) => [name, result.kind === 'image' ? result.layers : result]);
  // Another one knows nothing of what was built.
  expect(await layers(cleanBuilds(cleanWorkspace))).toEqual(await layers(clean));
});

it('gives layers that it puts on another parent the configuration of that parent', async () => {
  await writeState(workspace, firstFamily());
  await buildFamily(workspace, firstFamily());
  const bumped = { ...firstFamily(), revision: 1 } as const;
  await writeState(workspace, bumped);
  const { differences, notes } = await compareFamilies(
    { store: cleanWorkspace.store, result: await clean.build(bumped) },
    { store: workspace.store, result: await buildFamily(workspace, bumped) },
  );
  expect(differences).toEqual([]);
  // Nothing had to run for that.
  for (const note of notes) expect(note).toContain('nothing ran');
});

it(
  `has after each of ${EDITS} edits (seed ${SEED}) what a build from nothing has, and explain has said what ran`,
  async () => {
    const random = createRandom(SEED);
    let state = firstFamily();
    const done: string[] = [];
    // Of the edits that were built, and, so that no seed makes nothing but edits that builds refuse, of those that often were refused.
    const kinds = new Set<KindOfEdit>();
    const refusals = new Map<KindOfEdit, number>();
    const settled = () => new Set([...kinds, ...[...refusals].flatMap(([kind, times]) => (times < 8 ? [] : [kind]))]);
    await check('no edit', undefined);
    for (let index = 1; index <= EDITS; index++) {
      const before = state;
      const edit = generateUnseen(random, state, settled());
      state = applyEdit(state, edit);
      const built = await check(`${index}. ${JSON.stringify(edit)}`, generateEvent(random, state));
      // An edit that a build refuses is taken back: one after it shows nothing of what stands on it.
      for (const kind of kindsOf(before, edit)) {
        if (built === 'built') kinds.add(kind);
        else refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
      }
      if (built === 'refused') state = before;
    }
    if (EDITS >= 30) expect([...settled()].sort()).toEqual([...EDIT_KINDS].sort());

    async function check(title: string, event: ReturnType<typeof generateEvent>): Promise<'built' | 'refused'> {
      const started = performance.now();
      await writeState(workspace, state);
      if (event !== undefined) await happen(workspace, state, event);
      const explained = await explainFamily(workspace, state);
      const result = await buildFamily(workspace, state);
      const between = performance.now();
      const compared = await compareFamilies(
        { store: cleanWorkspace.store, result: await clean.build(state) },
        { store: workspace.store, result },
      );
      const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
      const times = `${seconds(started, between)}, ${seconds(between, performance.now())}`;
      done.push(`${title} ${event === undefined ? '' : `${JSON.stringify(event)} `}${compared.outcome}, ${times}`);
      if (process.env['IMMUTABLUE_PROPERTY_VERBOSE'] !== undefined) {
        const write = lineWriter(process.stderr);
        for (const line of [done.at(-1) ?? '', ...compared.notes.map((note) => `     ${note}`)]) write(line);
      }
      const differences = [...compared.differences, ...compareExplained(state, explained, result)];
      if (differences.length > 0) {
        const again = `npm run test:property -- --edits ${EDITS} --seed ${SEED}`;
        const how = 'left: built from nothing, right: built incrementally';
        throw new Error([`${again}\n`, ...done, '', how, ...differences, '', ...compared.notes].join('\n'));
      }
      return compared.outcome;
    }
  },
  (EDITS + 5) * MILLISECONDS_PER_EDIT,
);

/** A whole number from a variable of the environment. @throws {Error} when it is set to something else. */
export function readNumber(name: string, absent: number): number {
  const text = process.env[name];
  if (text === undefined) return absent;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is not a number: ${text}`);
  return Number(text);
}
