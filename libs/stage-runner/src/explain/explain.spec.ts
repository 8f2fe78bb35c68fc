import { createPlan, keysOf, partsIn, repositoryDigest, type Input } from '@immutablue/plan';
import { planInput, scriptOf, type InputTexts } from '@immutablue/plan/testing';
import type { BuildLookup } from '../cache/lookup';
import { missed, type CacheHit, type CacheMiss } from '../cache/cache-lookup';
import type { LastBuild } from '../ledger/entry';
import { explain, type ExplainInput } from './explain';
import { renderExplanation, renderReason, summarizeStages } from './render';
import { reasonText } from './words';

const PACKAGES =
  'immutablue:\n  rpm:\n    all:\n      - tmux\n  services_enable_sys:\n    all:\n      - sshd.service\n';

function lastOf(texts: InputTexts): LastBuild {
  const plan = createPlan(planInput(texts));
  return {
    imageId: 'i',
    parent: { imageId: 'p', layers: [], created: 0 },
    inputs: partsIn(keysOf(plan, new Map()).parts).flatMap(({ inputs }) => [...inputs]),
    depBuilders: {},
    repositories: repositoryDigest(plan.packages),
    code: plan.code,
    durations: { '30-install-packages': 61_000, '60-services': 400 },
  };
}

const hit = (kind: CacheHit['kind']): CacheHit => ({
  kind,
  source: 'store',
  result: { of: 'rest', variant: 'teal', imageId: '', parent: { imageId: '', layers: [], created: 0 }, ownLayers: [] },
});

function explained(texts: InputTexts, lookup: BuildLookup, change: Partial<ExplainInput> = {}) {
  const plan = createPlan(planInput(texts));
  const { parts } = keysOf(plan, new Map());
  const last = lastOf({ packages: PACKAGES });
  return explain({ plan, depBuilderImages: new Map(), parts, lookup, last, ...change });
}

const isNew = missed({ kind: 'new' });
const summary = (...given: Parameters<typeof explained>) => summarizeStages(explained(...given), '/workspace');

describe('explain', () => {
  it('names the line of a package, and what comes with it', () => {
    const packages = PACKAGES.replace('- tmux', '- tmux\n      - htop');
    expect(renderExplanation(['teal'], explained({ packages }, { checkpoint: isNew, rest: isNew }), '/workspace'))
      .toMatchInlineSnapshot(`
     "teal
       00-pre                 runs           -  shares 30-install-packages's checkpoint
       10-copy                runs           -  shares 30-install-packages's checkpoint
       20-add-repos           runs           -  shares 30-install-packages's checkpoint
       30-install-packages    runs    1 min 1 s  package htop added
           packages/teal/packages.yaml:5:9
       40-uninstall-packages  runs           -  follows 30-install-packages
       50-remove-files        runs           -  follows 40-uninstall-packages
       60-services            runs       0.4 s  same reason
       90-post                runs           -  same reason
       8 of 8 sub-stages run, in about 1 min 1 s and what is not known yet"
    `);
  });

  it('keeps the packages when a unit is another', () => {
    const packages = PACKAGES.replace('sshd', 'cups');
    expect(summary({ packages }, { checkpoint: hit('same'), rest: isNew })).toMatchInlineSnapshot(`
     [
       "[00-pre to 40-uninstall-packages] cached",
       "[60-services] runs: enable unit cups.service added",
       "  packages/teal/packages.yaml:7:9",
       "  enable unit sshd.service removed",
       "  packages/teal/packages.yaml:7:9",
     ]
    `);
  });

  it.each<[CacheHit['kind'], string]>([
    ['same', 'cached (registry)'],
    ['rebased', 'unaffected by base: layers rebased (registry)'],
  ])('says that what is %s is from another machine', (kind, text) => {
    const found: CacheHit = { ...hit(kind), source: 'registry' };
    const texts = explained({}, { checkpoint: found, rest: found }).map(({ reasons: [reason] }) => reasonText(reason));
    expect(new Set(texts)).toEqual(new Set([text]));
  });

  it.each<[string, CacheMiss, Partial<ExplainInput>]>([
    ['a clean build', { kind: 'clean' }, {}],
    ['an image that is gone', { kind: 'gone' }, {}],
    ['a parent of another time', { kind: 'parent-created' }, {}],
    ['a first build', { kind: 'new' }, { last: undefined }],
    ['other code', { kind: 'new' }, { last: { ...lastOf({ packages: PACKAGES }), code: 'other' } }],
    ['other repositories', { kind: 'new' }, { last: { ...lastOf({ packages: PACKAGES }), repositories: 'other' } }],
    ['a change in the parent', { kind: 'conflict', conflict: { path: '/etc/dnf/dnf.conf', use: 'read' } }, {}],
    ['a parent to be built', { kind: 'parent' }, { below: { kind: 'unknown', variant: 'base', reasons: [] } }],
  ])('says the reason: %s', (_, miss, change) => {
    const lookup = { checkpoint: missed(miss), rest: missed(miss) };
    expect(summary({ packages: PACKAGES }, lookup, change)).toMatchSnapshot();
  });

  it('resumes before the sub-stage that has failed', () => {
    const texts = { packages: PACKAGES, scripts: { '45-kernel': 'now' } };
    const prefix = keysOf(createPlan(planInput(texts)), new Map()).prefixes.find(({ next }) => next === '45-kernel');
    if (prefix === undefined) throw new Error('there is no prefix');
    const lookup = { checkpoint: isNew, rest: isNew, prefix: { prefix, hit: hit('same') } };
    expect(summary(texts, lookup)).toMatchInlineSnapshot(`
     [
       "[00-pre to 40-uninstall-packages] cached (resumes at 45-kernel)",
       "[45-kernel] runs: script teal/build/45-kernel.sh added",
       "  packages/teal/build/45-kernel.sh (teal)",
       "[50-remove-files] runs: file /usr/immutablue/build_options removed",
     ]
    `);
  });

  it('says that an image is rebased onto another parent', () => {
    expect(summary({ packages: PACKAGES }, { checkpoint: hit('rebased'), rest: hit('rebased') })).toEqual([
      '[00-pre to 90-post] unaffected by base: layers rebased',
    ]);
  });

  it('blames a conflict on the override of that very path', () => {
    const override = (path: string): Input => ({
      stage: '50-remove-files',
      noun: 'override',
      name: path,
      value: '',
      writes: path,
      origin: { variant: 'base', file: `/workspace/packages/base/artifacts/overrides${path}` },
    });
    const conflict = missed({ kind: 'conflict', conflict: { path: '/etc/motd', use: 'written' } });
    const inputs = ['/etc/motd.d/10-hello', '/etc/motd'].map(override);
    const reasons = inputs.map((input) => ({ kind: 'input', change: 'changed', input }) as const);
    const [first] = explained(
      { packages: PACKAGES },
      { checkpoint: conflict, rest: conflict },
      { below: { kind: 'known', variant: 'base', changes: [], reasons } },
    );
    expect(first?.reasons.map((reason) => renderReason(reason, '/workspace'))).toEqual([
      'changed /etc/motd itself, which changed in base  packages/base/artifacts/overrides/etc/motd (base)',
    ]);
  });

  it('names the file that a script sees', () => {
    const script = scriptOf('35-mesa', 'a');
    const seeing = (sha256: string) => {
      const file = { type: 'file', path: 'files/f', mode: 0o644, sha256 } as const;
      const sees = { ...script.sees, entries: [...script.sees.entries, file] };
      return createPlan({ ...planInput({ packages: PACKAGES }), scripts: [{ ...script, sees }] });
    };
    const [before, plan] = [seeing('b'), seeing('c')];
    const inputs = partsIn(keysOf(before, new Map()).parts).flatMap((part) => [...part.inputs]);
    const { parts } = keysOf(plan, new Map());
    const last = { ...lastOf({ packages: PACKAGES }), inputs };
    const lookup = { checkpoint: isNew, rest: isNew };
    const stages = explain({ plan, depBuilderImages: new Map(), parts, lookup, last });
    expect(summarizeStages(stages, '/workspace')).toMatchInlineSnapshot(`
     [
       "[35-mesa] runs: file teal/files/f changed  packages/teal/files/f (teal)",
     ]
    `);
  });
});
