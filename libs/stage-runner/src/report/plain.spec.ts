import { HEARTBEAT_MS } from '@immutablue/diagnostics';
import { createPlan } from '@immutablue/plan';
import type { BuildEvent } from './event';
import { createLineReporter } from './plain';
import { planInput } from '@immutablue/plan/testing';

const events: BuildEvent[] = [
  { kind: 'build-started', plan: createPlan(planInput()), at: 0 },
  { kind: 'stage-started', stage: '30-install-packages', steps: 1 },
  { kind: 'step-started', stage: '30-install-packages', purpose: 'install 1 package' },
  { kind: 'output', stage: '30-install-packages', line: 'Complete!' },
  { kind: 'notice', stage: '30-install-packages', message: 'an override was put back' },
  { kind: 'stage-finished', stage: '30-install-packages', steps: 1, milliseconds: 12_345 },
  { kind: 'stage-started', stage: '35-mesa', steps: 1 },
  { kind: 'stage-failed', stage: '35-mesa', milliseconds: 400 },
  { kind: 'build-failed', variant: 'teal', milliseconds: 13_000 },
];

function reported(style: 'lines' | 'groups'): string {
  const lines: string[] = [];
  const reporter = createLineReporter({ style, write: (line) => lines.push(line) });
  for (const event of events) reporter.report(event);
  void reporter.close();
  return lines.join('\n');
}

describe('createLineReporter', () => {
  it('says in a pipe what happens', () => {
    expect(reported('lines')).toMatchInlineSnapshot(`
     "building localhost/immutablue/immutablue-teal:44 on localhost/immutablue/immutablue:44 (base)
     build options: gui,silverblue,teal
     upstream: the lab, an offline stand-in for the real images and packages made on this machine
       for the real one: npx nx build teal -c f44
     [30-install-packages] install packages
     [30-install-packages] - install 1 package
     [30-install-packages]   | Complete!
     [30-install-packages] note: an override was put back
     [30-install-packages] done in 12 s
     [35-mesa] sub-stage of a variant
     [35-mesa] failed after 0.4 s
     the build of teal failed after 13 s"
    `);
  });

  it('closes every group that it opens', () => {
    const lines = reported('groups').split('\n');
    const depths = lines.map((line) => (line.startsWith('::group::') ? 1 : line === '::endgroup::' ? -1 : 0));
    expect(depths.filter((depth) => depth !== 0)).toEqual([1, -1, 1, -1]);
  });

  it('is never silent for ten seconds', () => {
    jest.useFakeTimers();
    const lines: string[] = [];
    const reporter = createLineReporter({ style: 'lines', write: (line) => lines.push(line) });
    reporter.report({ kind: 'stage-started', stage: '35-mesa', steps: 1 });
    jest.advanceTimersByTime(HEARTBEAT_MS + 1000);
    expect(lines.at(-1)).toMatch(/^\[35-mesa\] still running after \d+ s$/);
    reporter.report({ kind: 'stage-finished', stage: '35-mesa', steps: 1, milliseconds: 1 });
    const after = lines.length;
    jest.advanceTimersByTime(10 * HEARTBEAT_MS);
    expect(lines).toHaveLength(after);
    void reporter.close();
    jest.useRealTimers();
  });
});
