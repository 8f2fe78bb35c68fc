import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';
import * as z from 'zod';
import { pipelineOf } from '../testing/pipeline';
import { renderActions } from './actions';

type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

const workflow = z
  .object({
    jobs: z.record(z.string(), z.object({ needs: z.array(z.string()).default([]), if: z.string().optional() })),
  })
  .parse(
    parse(
      renderActions(pipelineOf({ ci: { provider: 'github' } }), 'github').get('.github/workflows/images.yml') ?? '',
    ),
  );

/** What a run of the workflow comes to. @param outcomes of the jobs that run; the others succeed. */
function runWorkflow(
  affected: readonly string[],
  outcomes: Readonly<Record<string, Result>> = {},
  state: 'running' | 'cancelled' = 'running',
): string {
  const results = new Map<string, Result>();
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needs = job.needs.map((name) => [name, results.get(name) ?? 'skipped'] as const);
    const runs = isRun(job.if, needs, affected, state);
    results.set(id, runs ? (outcomes[id] ?? 'success') : 'skipped');
  }
  return [...results].flatMap(([id, result]) => (result === 'skipped' ? [] : [`${id} ${result}`])).join(', ');
}

/** What GitHub decides, by its own evaluator of expressions; without a function of status it asks for success, too. */
function isRun(
  condition: string | undefined,
  needs: readonly (readonly [string, Result])[],
  affected: readonly string[],
  state: 'running' | 'cancelled',
): boolean {
  const isSuccess = needs.every(([, result]) => result === 'success');
  if (condition === undefined) return isSuccess;
  const text = condition.replace(/^\$\{\{(.*)\}\}$/, '$1');
  const status = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [status('cancelled', state === 'cancelled'), status('always', true), status('success', isSuccess)];
  const outputs = { variants: JSON.stringify(affected) };
  const context = { needs: Object.fromEntries(needs.map(([name, result]) => [name, { result, outputs }])) };
  const parser = new Parser(new Lexer(text).lex().tokens, Object.keys(context), functions);
  const evaluator = new Evaluator(
    parser.parse(),
    JSON.parse(JSON.stringify(context), data.reviver) as data.Dictionary,
    new Map(functions.map((definition) => [definition.name, definition])),
  );
  const asksForStatus = /\b(?:cancelled|always|success|failure)\(\)/.test(text);
  return (asksForStatus || isSuccess) && evaluator.evaluate().coerceString() === 'true';
}

it.each<[string, readonly string[], Readonly<Record<string, Result>>, string]>([
  ['nothing', [], {}, 'affected success'],
  [
    'all of a lineage',
    ['base', 'cyan', 'teal', '@org/navy'],
    {},
    'affected success, image-base success, image-cyan success, image-navy success, image-teal success',
  ],
  ['a child whose parents are not affected', ['teal'], {}, 'affected success, image-teal success'],
  [
    'two generations without the first',
    ['cyan', 'teal'],
    {},
    'affected success, image-cyan success, image-teal success',
  ],
  [
    'a grandchild after a parent that is not affected',
    ['base', 'teal'],
    {},
    'affected success, image-base success, image-teal success',
  ],
  [
    'a parent that fails',
    ['base', 'cyan', 'teal', 'wide'],
    { 'image-base': 'failure' },
    'affected success, image-base failure, image-wide success',
  ],
  [
    'a parent that is cancelled',
    ['base', 'cyan', 'teal'],
    { 'image-base': 'cancelled' },
    'affected success, image-base cancelled',
  ],
  [
    'a child that fails: not its sibling',
    ['base', 'cyan', '@org/navy', 'teal'],
    { 'image-cyan': 'failure' },
    'affected success, image-base success, image-cyan failure, image-navy success',
  ],
  ['an unknown set of variants', ['base', 'teal'], { affected: 'failure' }, 'affected failure'],
])('%s', (_, affected, outcomes, expected) => {
  expect(runWorkflow(affected, outcomes)).toBe(expected);
});

it('runs nothing more once the run was cancelled', () => {
  expect(runWorkflow(['base', 'teal'], {}, 'cancelled')).toBe('affected success');
});
