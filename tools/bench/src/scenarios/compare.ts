import { runCommand } from '@immutablue/oci';
import type { BenchWorkspace } from '../bench-workspace';
import type { BuildSample } from '../contenders/contender';
import type { ContenderName, Floor, ScenarioResult } from '../result';
import { summarise, type Sample, type Summary } from '../statistics';
import type { Bench } from './bench';
import { floorBeside, type MeasuredBeside } from './floors';

/** A scenario in which contenders build the same after the same edit. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly ContenderName[];
  /** What is built; a variant alone is built on parents that are there. */
  readonly scope: 'family' | { readonly variant: string };
  readonly start: 'nothing built' | 'all built';
  /** Each repetition makes another edit, so that no cache knows it. */
  readonly edit?: (workspace: BenchWorkspace, repetition: number) => Promise<void>;
  /** An edit that has the build fail first, not measured; `edit` then puts it right. */
  readonly breakBuild?: (workspace: BenchWorkspace, repetition: number) => Promise<void>;
  /** What no build is faster than: measured after ours, */
  readonly floor?: (bench: Bench, ours: Summary) => Promise<Floor>;
  /** or after each of the contenders' turns. */
  readonly beside?: MeasuredBeside;
}

/** Runs a comparison: each repetition edits once, then all contenders build, one after the other. */
export async function compare(bench: Bench, comparison: Comparison): Promise<ScenarioResult> {
  const { workspace, repetitions, note } = bench;
  const contenders = bench.contenders.filter(({ name }) => comparison.contenders.includes(name));
  const family = await workspace.family();
  const variants = comparison.scope === 'family' ? family : [comparison.scope.variant];
  const beside: Sample[] = [];
  const samples = new Map<ContenderName, BuildSample[]>(contenders.map(({ name }) => [name, []]));
  if (comparison.start === 'all built') {
    for (const contender of contenders) {
      note(`${comparison.name}: ${contender.name} builds what is to be there before`);
      await contender.prepare();
      await contender.build(family);
    }
  }
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    if (comparison.breakBuild !== undefined) {
      await comparison.breakBuild(workspace, repetition);
      for (const contender of contenders) {
        await contender.prepare();
        await contender.build(variants, 'failure');
      }
    }
    await comparison.edit?.(workspace, repetition);
    for (const contender of contenders) {
      if (comparison.start === 'nothing built') await contender.reset();
      await contender.prepare();
      await settleDisk();
      const sample = await contender.build(variants);
      samples.get(contender.name)?.push(sample);
      note(`${comparison.name} ${repetition}/${repetitions}: ${contender.name} ${sample.seconds.toFixed(2)} s`);
    }
    if (comparison.beside === undefined) continue;
    await settleDisk();
    const sample = await comparison.beside.measure(workspace);
    beside.push(sample);
    note(`${comparison.name} ${repetition}/${repetitions}: ${comparison.beside.what} ${sample.seconds.toFixed(2)} s`);
  }
  const summaries = Object.fromEntries([...samples].map(([name, all]) => [name, summarise(all)]));
  const ours: Summary | undefined = summaries['ours'];
  const transactions = samples.get('ours')?.at(-1)?.transactions;
  return {
    scenario: comparison.name,
    title: comparison.title,
    summaries,
    ...(transactions === undefined ? {} : { transactions }),
    ...(comparison.beside === undefined ? {} : { floor: floorBeside(comparison.beside, beside) }),
    ...(comparison.floor === undefined || ours === undefined ? {} : { floor: await comparison.floor(bench, ours) }),
  };
}

/** What was written before may still be on its way to the disk. */
async function settleDisk(): Promise<void> {
  await runCommand(['sync']);
}
