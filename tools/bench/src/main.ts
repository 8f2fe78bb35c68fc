import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf, renderError } from '@immutablue/diagnostics';
import { WORKSPACE } from '../../../e2e/support/copy-workspace';
import { createBenchWorkspace } from './bench-workspace';
import { layers } from './contenders/layers';
import { ours } from './contenders/ours';
import { singleRun } from './contenders/single-run';
import { placeResults } from './document';
import { describeMachine } from './machine';
import { readOptions } from './options';
import { renderReport } from './report';
import type { ScenarioResult } from './result';
import { SCENARIOS } from './scenarios';
import { judge } from './targets';

const PAGE = join(WORKSPACE, 'docs', 'performance.md');

/** `npm run bench`: measures all scenarios in a scratch clone, prints the table, and removes everything. */
async function main(words: readonly string[]): Promise<void> {
  const options = readOptions(
    words,
    SCENARIOS.map(({ name }) => name),
  );
  const wanted = SCENARIOS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const results: ScenarioResult[] = [];
  const workspace = await createBenchWorkspace();
  try {
    const contenders = [ours(workspace), await layers(workspace), await singleRun(workspace)];
    const note = (line: string) => {
      console.error(line);
    };
    for (const scenario of wanted) {
      results.push(await scenario.run({ workspace, contenders, repetitions: options.repetitions, note }));
    }
  } finally {
    await workspace.dispose();
  }
  const report = renderReport(results, judge(results), {
    machine: describeMachine(),
    command: ['npm run bench', ...(words.length === 0 ? [] : ['--', ...words])].join(' '),
    date: new Date().toISOString().slice(0, 10),
    repetitions: options.repetitions,
  });
  console.log(report);
  if (options.output === 'write') await writeFile(PAGE, placeResults(await readFile(PAGE, 'utf8'), report));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(renderError(error, { root: WORKSPACE, colors: 'never' }));
  process.exitCode = exitCodeOf(error);
});
