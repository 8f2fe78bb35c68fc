import { createPlan, prefixesOf, keyOf, partsIn, partsOf } from '@immutablue/plan';
import type { BuildLookup } from '../cache/lookup';
import type { LastBuild } from '../ledger/last-build';
import type { CacheLookup, CacheMiss } from '../cache/rebase';
import { explain, type ExplainInput } from './explain';
import { renderExplanation, summarizeStages } from './render';
import { planInput, type InputTexts } from '@immutablue/plan/testing';

const PACKAGES =
  'immutablue:\n  rpm:\n    all:\n      - tmux\n  services_enable_sys:\n    all:\n      - sshd.service\n';

const facts = { dependencies: {}, repositoryState: 'r', codeDigest: 'c' };

function lastOf(texts: InputTexts): LastBuild {
  const { stages, reference } = createPlan(planInput(texts));
  return {
    ...facts,
    reference,
    imageId: 'i',
    parent: { imageId: 'p', layers: [] },
    inputs: partsIn(partsOf({ stages })).flatMap(({ inputs }) => [...inputs]),
    durations: { '30-install-packages': 61_000, '60-services': 400 },
  };
}

const none = (obstacle: CacheMiss): CacheLookup => ({ kind: 'none', obstacle });
const there = (kind: 'same' | 'moved'): CacheLookup => ({
  kind,
  record: { kind: 'image', variant: 'teal', imageId: '', parent: { imageId: '', layers: [] }, ownLayers: [] },
});

function explained(texts: InputTexts, choice: BuildLookup, change: Partial<ExplainInput> = {}) {
  const plan = createPlan(planInput(texts));
  return explain({ plan, segments: partsOf(plan), choice, facts, last: lastOf({ packages: PACKAGES }), ...change });
}

const isNew = none({ kind: 'new' });
const summary = (...given: Parameters<typeof explained>) => summarizeStages(explained(...given), '/workspace');

describe('explain', () => {
  it('names the line of a package, and what comes with it', () => {
    const packages = PACKAGES.replace('- tmux', '- tmux\n      - htop');
    expect(renderExplanation('teal', explained({ packages }, { checkpoint: isNew, image: isNew }), '/workspace'))
      .toMatchInlineSnapshot(`
     "teal
       00-pre                 runs           -  it comes before 30-install-packages, and is kept only together with it
       10-copy                runs           -  it comes before 30-install-packages, and is kept only together with it
       20-add-repos           runs           -  it comes before 30-install-packages, and is kept only together with it
       30-install-packages    runs    1 min 1 s  package htop added  packages/teal/packages.yaml:5:9
       40-uninstall-packages  runs           -  it comes after 30-install-packages
       50-remove-files        runs           -  it goes on from what the package stages left
       60-services            runs       0.4 s  for the same reason as the sub-stage before
       90-post                runs           -  for the same reason as the sub-stage before
       8 of 8 sub-stages run, in about 1 min 1 s and what is not known yet"
    `);
  });

  it('keeps the packages when a unit is another', () => {
    const packages = PACKAGES.replace('sshd', 'cups');
    expect(summary({ packages }, { checkpoint: there('same'), image: isNew })).toMatchInlineSnapshot(`
     [
       "[00-pre to 40-uninstall-packages] reused: nothing that it is made from has changed",
       "[60-services] runs: enable unit cups.service added  packages/teal/packages.yaml:7:9; enable unit sshd.service removed  packages/teal/packages.yaml:7:9",
     ]
    `);
  });

  it.each<[string, CacheMiss, Partial<ExplainInput>]>([
    ['a clean build', { kind: 'asked' }, {}],
    ['an image that is gone', { kind: 'gone' }, {}],
    ['a first build', { kind: 'new' }, { last: undefined }],
    ['other code', { kind: 'new' }, { facts: { ...facts, codeDigest: 'd' } }],
    ['other repositories', { kind: 'new' }, { facts: { ...facts, repositoryState: 's' } }],
    ['a change in the parent', { kind: 'conflict', conflict: { path: '/etc/dnf/dnf.conf', reason: 'read' } }, {}],
    [
      'a parent to be built',
      { kind: 'parent' },
      { below: { kind: 'unknown', reason: 'base is built anew: x', causes: [] } },
    ],
  ])('says the reason: %s', (_, obstacle, change) => {
    const choice = { checkpoint: none(obstacle), image: none(obstacle) };
    expect(summary({ packages: PACKAGES }, choice, change)).toMatchSnapshot();
  });

  it('goes on before the sub-stage that has failed', () => {
    const scripts = { '45-kernel': 'now' };
    const [checkpoint] = partsIn(partsOf(createPlan(planInput({ packages: PACKAGES, scripts }))));
    const beginning = checkpoint && prefixesOf(checkpoint).find(({ next }) => next === '45-kernel');
    const available = there('same');
    if (beginning === undefined || available.kind === 'none') throw new Error('there is no beginning');
    const begun = { beginning: { ...beginning, key: keyOf('') }, available };
    expect(summary({ packages: PACKAGES, scripts }, { checkpoint: isNew, image: isNew, begun })).toMatchInlineSnapshot(`
     [
       "[00-pre to 40-uninstall-packages] reused: nothing that it is made from has changed: what there was before 45-kernel was kept",
       "[45-kernel] runs: script teal/build/45-kernel.sh added  packages/teal/build/45-kernel.sh (teal)",
       "[50-remove-files] runs: file /usr/immutablue/build_options removed",
     ]
    `);
  });

  it('says that an image is put on another parent', () => {
    expect(summary({ packages: PACKAGES }, { checkpoint: there('moved'), image: there('moved') })).toEqual([
      '[00-pre to 90-post] reused: nothing that it reads of base has changed: its layers are put on the new image',
    ]);
  });
});
