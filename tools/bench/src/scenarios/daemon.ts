import { buildWords } from '../contenders/ours';
import type { ScenarioResult } from '../result';
import { summarise, type Sample } from '../statistics';
import type { Bench } from './bench';
import { floorBeside, START_UP_OF_NX } from './floors';

/** A no-op of the family where Nx has its daemon, as on a workstation. */
export async function noOpWithDaemon({ workspace, repetitions, note }: Bench): Promise<ScenarioResult> {
  const words = buildWords(await workspace.family());
  const samples: Sample[] = [];
  const beside: Sample[] = [];
  try {
    await workspace.nxWithDaemon(words);
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      samples.push(await workspace.nxWithDaemon(words));
      beside.push(await START_UP_OF_NX.measure({ nx: workspace.nxWithDaemon }));
    }
  } finally {
    await workspace.nxWithDaemon(['daemon', '--stop']);
  }
  note(`no-op-daemon: ${samples.map(({ seconds }) => seconds.toFixed(2)).join(' ')} s`);
  return {
    scenario: 'no-op-daemon',
    title: 'no-op of the family, Nx with its daemon',
    summaries: { ours: summarise(samples) },
    floor: floorBeside(START_UP_OF_NX, beside),
  };
}
