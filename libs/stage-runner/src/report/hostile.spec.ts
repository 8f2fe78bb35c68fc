import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineWriter } from '@immutablue/diagnostics';
import { HOSTILE_TEXTS, UNSAFE } from '@immutablue/diagnostics/testing';
import { createPlan } from '@immutablue/plan';
import { planInput, scriptOf } from '@immutablue/plan/testing';
import { renderExplanation } from '../explain/render';
import type { BuildEvent, Reporter } from './event';
import { linesOf } from './lines';
import { createLogReporter } from './log';
import { renderPlan } from './render-plan';
import { createScreenReporter } from './screen';

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
  { kind: 'image-reused', record, reason: HOSTILE, place: 'store' },
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
  { kind: 'stage-failed', stage: HOSTILE, cause: 'fault', milliseconds: 1 },
  { kind: 'build-finished', record, milliseconds: 1, timings: [] },
  { kind: 'dep-builder-finished', variant: HOSTILE, imageId: HOSTILE, milliseconds: 1 },
  { kind: 'dep-builder-reused', variant: HOSTILE, imageId: HOSTILE, reason: HOSTILE, place: 'registry' },
  { kind: 'build-failed', variant: HOSTILE, milliseconds: 1 },
];

it.each<[string, (write: (line: string) => void) => Reporter]>([
  ['the result', (write) => createScreenReporter(write, HOSTILE)],
  [
    'everything',
    (write) => ({
      report: (event) => {
        linesOf(event).forEach(write);
      },
      close: () => Promise.resolve(),
    }),
  ],
])('nothing of it acts on a terminal where %s is shown', async (_, create) => {
  const lines: string[] = [];
  const reporter = create(lineWriter({ write: (text) => lines.push(text.slice(0, -1)) }));
  for (const event of EVENTS) reporter.report(event);
  await reporter.close();
  expect(lines.length).toBeGreaterThan(EVENTS.length / 2);
  for (const line of lines) {
    expect(line).not.toMatch(UNSAFE);
    expect(line).not.toMatch(/^\s*::|\n/);
  }
});

it.each(HOSTILE_TEXTS)('a program, a registry or a repository that says %j acts nowhere', async (text) => {
  const lines: string[] = [];
  const reporter = createScreenReporter(lineWriter({ write: (line) => lines.push(line.slice(0, -1)) }), 'build.log');
  reporter.report({ kind: 'stage-started', stage: '30-install-packages', steps: 1 });
  reporter.report({ kind: 'output', stage: '30-install-packages', line: text });
  reporter.report({ kind: 'notice', stage: '30-install-packages', message: text });
  reporter.report({ kind: 'warning', stage: '30-install-packages', message: text });
  reporter.report({ kind: 'stage-failed', stage: '30-install-packages', cause: 'fault', milliseconds: 1 });
  await reporter.close();
  for (const line of lines) {
    expect(line.replaceAll('\t', ' ')).not.toMatch(UNSAFE);
    expect(line).not.toMatch(/^\s*::/);
  }
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
