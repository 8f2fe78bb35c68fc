import { createPlan } from '@immutablue/plan';
import type { BuildEvent } from './event';
import { linesOf } from './lines';
import { planInput } from '@immutablue/plan/testing';

const events: BuildEvent[] = [
  { kind: 'build-started', plan: createPlan(planInput()), at: 0 },
  { kind: 'stage-started', stage: '30-install-packages', steps: 1 },
  { kind: 'step-started', stage: '30-install-packages', purpose: 'install 1 package' },
  { kind: 'output', stage: '30-install-packages', line: 'Complete!' },
  { kind: 'notice', stage: '30-install-packages', message: 'an override was put back' },
  { kind: 'stage-finished', stage: '30-install-packages', steps: 1, milliseconds: 12_345 },
  { kind: 'stage-started', stage: '35-mesa', steps: 1 },
  { kind: 'stage-failed', stage: '35-mesa', cause: 'fault', milliseconds: 400 },
  { kind: 'build-failed', variant: 'teal', milliseconds: 13_000 },
];

it('says all that a build does', () => {
  expect(events.flatMap(linesOf).join('\n')).toMatchInlineSnapshot(`
   "building localhost/immutablue/immutablue-teal:44
     on localhost/immutablue/immutablue:44 (base)
     on the lab, an offline stand-in; the real one: npx nx build teal -c f44
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
