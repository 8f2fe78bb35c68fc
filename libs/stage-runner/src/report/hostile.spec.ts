import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOSTILE_TEXTS, UNSAFE } from '@immutablue/diagnostics/testing';
import { createPlan } from '@immutablue/plan';
import { planInput, scriptOf } from '@immutablue/plan/testing';
import { createReporter } from '.';
import { renderExplanation } from '../explain/render';
import type { BuildEvent } from './event';
import { createLogReporter } from './log';
import { renderPlan } from './render-plan';

/** What a folder, a script, a registry or a program may be called or say. */
const HOSTILE =
  '\u001b[2J\u001b]0;x\u0007\r::error::\n::endgroup::\u009b1A\u202e\u2028 https://me:hunter2@example.org/';

const REASON = {
  kind: 'conflict',
  path: HOSTILE,
  use: 'read',
  parent: HOSTILE,
  origin: { file: HOSTILE, variant: HOSTILE },
} as const;

const record = {
  reference: HOSTILE,
  imageId: 'a'.repeat(64),
  layers: [],
  ownLayers: [],
} as unknown as Extract<BuildEvent, { kind: 'image-reused' }>['record'];

const EVENTS: readonly BuildEvent[] = [
  { kind: 'build-started', plan: createPlan(planInput()), at: 0 },
  { kind: 'image-reused', record, reason: HOSTILE },
  { kind: 'waiting', message: HOSTILE },
  {
    kind: 'explained',
    stages: [{ stage: HOSTILE, outcome: 'runs', reasons: [REASON] }],
    summary: [HOSTILE],
  },
  { kind: 'stage-started', stage: HOSTILE, steps: 1 },
  { kind: 'step-started', stage: HOSTILE, purpose: HOSTILE, command: HOSTILE },
  { kind: 'output', stage: '30', line: HOSTILE },
  { kind: 'output', stage: '30', line: '10%\r20%\r' },
  { kind: 'notice', stage: HOSTILE, message: HOSTILE },
  { kind: 'stage-failed', stage: HOSTILE, milliseconds: 1 },
  { kind: 'build-finished', record, milliseconds: 1, timings: [] },
  { kind: 'build-failed', variant: HOSTILE, milliseconds: 1 },
];

async function written(isTTY: boolean, environment: Record<string, string>): Promise<string> {
  let text = '';
  const stream = { isTTY, columns: 80, write: (chunk: string) => (text += chunk) };
  const reporter = createReporter({ stream, environment });
  for (const event of EVENTS) reporter.report(event);
  await reporter.close();
  // Of the workspace's own: the status line is rewritten in place.
  return isTTY ? text.replaceAll('\r\u001b[K', '\n') : text;
}

it.each<[string, boolean, Record<string, string>]>([
  ['a terminal', true, {}],
  ['a pipe', false, {}],
  ['CI', false, { CI: 'true' }],
])('nothing of it acts on %s', async (_, isTTY, environment) => {
  const text = await written(isTTY, environment);
  expect(text).not.toMatch(UNSAFE);
  const commands = text.split('\n').filter((line) => line.trimStart().startsWith('::'));
  expect(commands.filter((line) => !line.startsWith('::group::') && line !== '::endgroup::')).toEqual([]);
  expect(commands.filter((line) => line === '::endgroup::').length).toBe(environment['CI'] === undefined ? 0 : 1);
});

it.each(HOSTILE_TEXTS)('a program, a registry or a repository that says %j acts nowhere', async (text) => {
  let shown = '';
  const stream = { isTTY: false, columns: 80, write: (chunk: string) => (shown += chunk) };
  const reporter = createReporter({ stream, environment: { CI: 'true' } });
  reporter.report({ kind: 'build-started', plan: createPlan(planInput()), at: 0 });
  reporter.report({ kind: 'output', stage: '30-install-packages', line: text });
  reporter.report({ kind: 'notice', stage: '30-install-packages', message: text });
  reporter.report({ kind: 'warning', stage: '30-install-packages', message: text });
  await reporter.close();
  expect(shown.replaceAll('\t', ' ')).not.toMatch(UNSAFE);
  expect(shown).not.toMatch(/^::(?!group::|endgroup::$)/m);
});

it('nothing of it is in the log, where progress has its last state', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'immutablue-log-'));
  try {
    const reporter = createLogReporter(join(directory, 'build.log'));
    for (const event of EVENTS) reporter.report(event);
    await reporter.close();
    const log = readFileSync(join(directory, 'build.log'), 'utf8');
    expect(log).not.toMatch(UNSAFE);
    expect(log).toContain('\n[30]   | 20%\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('nothing of it is in a printed plan', () => {
  const plan = createPlan({ ...planInput(), scripts: [scriptOf('45-kernel', 'a')] });
  const hostile = {
    ...plan,
    reference: HOSTILE,
    description: HOSTILE,
    stages: plan.stages.map((stage) => ({ ...stage, name: HOSTILE })),
  };
  const printed = renderPlan(hostile, '/workspace');
  expect(printed).not.toMatch(UNSAFE);
  expect(printed).not.toMatch(/^\s*::/m);
});

it('nothing of it is in an explanation', () => {
  const printed = renderExplanation([HOSTILE], [{ stage: HOSTILE, outcome: 'runs', reasons: [REASON] }], '/workspace');
  expect(printed).not.toMatch(UNSAFE);
  expect(printed).not.toMatch(/^\s*::/m);
});
