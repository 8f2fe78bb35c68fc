import { count } from '@immutablue/diagnostics';
import { buildWords } from '../contenders/ours';
import type { ScenarioResult } from '../result';
import { summarise, type Sample } from '../statistics';
import type { Bench } from './bench';
import { floorBeside, START_UP_OF_NX } from './floors';

/** How many variants there are in a workspace of these scenarios. */
export const COUNTS = [1, 6, 24, 96] as const;
type Count = (typeof COUNTS)[number];

/** Planning so many variants: all files read and checked, all plans made, in one process that is warm. */
export async function planMany(bench: Bench, number: Count): Promise<ScenarioResult> {
  const names = await addVariants(bench, number);
  const samples: Sample[] = [];
  // The first time compiles and reads what is then there.
  await bench.workspace.planAll(names);
  for (let repetition = 0; repetition < bench.repetitions; repetition += 1) {
    samples.push({ seconds: await secondsOf(() => bench.workspace.planAll(names)), writtenBytes: 0 });
  }
  bench.note(`plan-${number}: ${samples.map(({ seconds }) => (seconds * 1000).toFixed(1)).join(' ')} ms`);
  return {
    scenario: `plan-${number}`,
    title: `planning ${count(number, 'variant')}`,
    summaries: { ours: summarise(samples) },
  };
}

/** Work of a few milliseconds is done again and again for so long: the collection of its garbage is a part of it, too. */
const AT_LEAST_MS = 500;

/** How long some work takes, on average. */
async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  let times = 0;
  do {
    await work();
    times += 1;
  } while (performance.now() - started < AT_LEAST_MS);
  return (performance.now() - started) / 1000 / times;
}

/** Building so many variants when nothing has changed. */
export async function noOpOfMany(bench: Bench, number: Count): Promise<ScenarioResult> {
  const names = await addVariants(bench, number);
  const words = buildWords(names);
  await bench.workspace.nx(words);
  const samples: Sample[] = [];
  const beside: Sample[] = [];
  for (let repetition = 0; repetition < bench.repetitions; repetition += 1) {
    samples.push(await bench.workspace.nx(words));
    beside.push(await START_UP_OF_NX.measure(bench.workspace));
  }
  bench.note(`no-op-${number}: ${samples.map(({ seconds }) => seconds.toFixed(2)).join(' ')} s`);
  return {
    scenario: `no-op-${number}`,
    title: `no-op of ${count(number, 'variant')}`,
    summaries: { ours: summarise(samples) },
    floor: floorBeside(START_UP_OF_NX, beside),
  };
}

/** Small variants on the lab's headless image: what grows with their number is the workspace's own work. */
async function addVariants({ workspace }: Bench, number: Count): Promise<string[]> {
  const names = Array.from({ length: number }, (_, index) => `bench-${index + 1}`);
  for (const name of names) {
    await workspace.workspace.addVariant(name, { files: { 'artifacts/overrides/usr/share/bench/name': `${name}\n` } });
  }
  return names;
}
