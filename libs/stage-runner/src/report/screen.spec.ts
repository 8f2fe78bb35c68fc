import { HEARTBEAT_MS } from '@immutablue/diagnostics';
import { createPlan } from '@immutablue/plan';
import { planInput } from '@immutablue/plan/testing';
import { scriptOutput, type BuildEvent } from './event';
import { createScreenReporter } from './screen';

const STAGE = '30-install-packages';
const RECORD = { reference: 'localhost/immutablue/immutablue-teal:44', imageId: 'e20a83d87191'.padEnd(64, '0') };
const record = RECORD as Extract<BuildEvent, { kind: 'image-reused' }>['record'];

const STARTED: readonly BuildEvent[] = [
  { kind: 'build-started', plan: createPlan(planInput()), at: 0 },
  {
    kind: 'explained',
    stages: [{ stage: STAGE, outcome: 'runs', reasons: [{ kind: 'never-built' }] }],
    summary: [
      '[00-pre to 20-add-repos] cached',
      `[${STAGE}] runs: override /etc/a/rather/long/path changed`,
      '  packages/teal/artifacts/overrides/etc/a/rather/long/path (teal)',
    ],
  },
  { kind: 'stage-started', stage: '20-add-repos', steps: 0 },
  { kind: 'stage-finished', stage: '20-add-repos', steps: 0, milliseconds: 1 },
  { kind: 'stage-started', stage: STAGE, steps: 2 },
  { kind: 'step-started', stage: STAGE, purpose: 'install 12 packages' },
];

const OUTPUT: readonly BuildEvent[] = Array.from({ length: 60 }, (_, index) => ({
  kind: 'output',
  stage: STAGE,
  line: `\u001b[32mInstalling ${index}/60\u001b[0m`,
}));

function shown(...events: readonly BuildEvent[]): string[] {
  const lines: string[] = [];
  const reporter = createScreenReporter((line) => lines.push(line), 'packages/teal/dist/build.log');
  for (const event of events) reporter.report(event);
  void reporter.close();
  return lines;
}

it('has a line for each sub-stage that does something, and the result as the last line', () => {
  const lines = shown(
    ...STARTED,
    ...OUTPUT,
    scriptOutput(STAGE, 'notice: the modules get no signature'),
    { kind: 'warning', stage: STAGE, message: 'killed what went on: sleep' },
    { kind: 'step-started', stage: STAGE, purpose: 'run teal/build/30-install-packages.sh and say it at length' },
    { kind: 'stage-finished', stage: STAGE, steps: 2, milliseconds: 12_345 },
    { kind: 'build-finished', record, milliseconds: 13_000, timings: [] },
  );
  expect(lines.join('\n')).toMatchInlineSnapshot(`
   "building localhost/immutablue/immutablue-teal:44
     on localhost/immutablue/immutablue:44 (base)
     on the lab, an offline stand-in; the real one: npx nx build teal -c f44
   [00-pre to 20-add-repos] cached
   [30-install-packages] runs: override /etc/a/rather/long/path changed
     packages/teal/artifacts/overrides/etc/a/rather/long/path (teal)
   [30-install-packages] note: the modules get no signature
   [30-install-packages] warning: killed what went on: sleep
   [30-install-packages] install 12 packages, run teal/build/30-install-pack…  12 s
   built localhost/immutablue/immutablue-teal:44 in 13 s: image e20a83d87191"
  `);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it('is one line for an image that is up to date', () => {
  const [started] = STARTED;
  if (started === undefined) throw new Error('no event');
  expect(shown(started, { kind: 'image-reused', record, reason: 'cached', place: 'store' })).toEqual([
    'localhost/immutablue/immutablue-teal:44 is up to date: cached, e20a83d87191',
  ]);
});

it('shows the end of what a command printed when it fails, and where the rest is', () => {
  const lines = shown(
    ...STARTED,
    ...OUTPUT,
    { kind: 'stage-failed', stage: STAGE, cause: 'fault', milliseconds: 400 },
    { kind: 'build-failed', variant: 'teal', milliseconds: 13_000 },
  );
  const first = lines.indexOf('[30-install-packages] install 12 packages');
  expect(lines.slice(first + 1, first + 41)).toEqual(
    Array.from({ length: 40 }, (_, index) => `  | Installing ${index + 20}/60`),
  );
  expect(lines.slice(first + 41)).toEqual([
    '[30-install-packages] failed after 0.4 s',
    'the build of teal failed after 13 s',
    'all that it said is in packages/teal/dist/build.log',
  ]);
});

it('shows nothing of what was interrupted', () => {
  const lines = shown(...STARTED, ...OUTPUT, {
    kind: 'stage-failed',
    stage: STAGE,
    cause: 'interruption',
    milliseconds: 400,
  });
  expect(lines.filter((line) => line.includes('Installing'))).toEqual([]);
});

it('says what a long sub-stage is at, less and less often', () => {
  jest.useFakeTimers();
  const lines: string[] = [];
  const reporter = createScreenReporter((line) => lines.push(line), 'build.log');
  for (const event of [...STARTED, ...OUTPUT]) reporter.report(event);
  const before = lines.length;
  jest.advanceTimersByTime(HEARTBEAT_MS + 1000);
  expect(lines.slice(before)).toEqual(['[30-install-packages] install 12 packages: 8 s … Installing 59/60']);
  jest.advanceTimersByTime(3_600_000);
  expect(lines.length - before).toBeLessThan(12);
  reporter.report({ kind: 'stage-finished', stage: STAGE, steps: 1, milliseconds: 1 });
  const after = lines.length;
  jest.advanceTimersByTime(10 * HEARTBEAT_MS);
  expect(lines).toHaveLength(after);
  void reporter.close();
  jest.useRealTimers();
});
