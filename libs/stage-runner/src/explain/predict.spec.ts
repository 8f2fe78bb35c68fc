import { createPlan, keysOf, type Input, type Parts } from '@immutablue/plan';
import { planInput } from '@immutablue/plan/testing';
import { missed, type CacheHit } from '../cache/cache-lookup';
import type { LastBuild } from '../ledger/entry';
import { layerOf } from '../testing/layer';
import { predictChanges, type PredictInput } from './predict';

const STACK = [layerOf('/etc/', '/etc/motd=hello', '/usr/', '/usr/bin/', '/bin -> usr/bin', '/usr/share/')];

const override = (path: string, value = ''): Input => ({
  stage: '50-remove-files',
  noun: 'override',
  name: path,
  value,
  writes: path,
});
const script: Input = { stage: '50-remove-files', noun: 'script', name: 'base/build/50-remove-files.sh', value: '' };

function predict(before: readonly Input[], now: readonly Input[], besides: Partial<PredictInput> = {}) {
  const { parts } = keysOf(createPlan(planInput({})), new Map());
  const rest = { ...parts.rest, inputs: now };
  const checkpoint: CacheHit = {
    kind: 'same',
    source: 'store',
    result: {
      of: 'checkpoint',
      variant: 'base',
      imageId: '',
      parent: { imageId: '', layers: [], created: 0 },
      ownLayers: [],
    },
  };
  const prediction = predictChanges({
    variant: 'base',
    stages: [],
    parts: { ...parts, rest } satisfies Parts,
    lookup: { checkpoint, rest: missed({ kind: 'new' }) },
    last: { ...LAST, inputs: [...before] },
    below: { kind: 'same' },
    stack: STACK,
    ...{ code: '', repositories: '', depBuilders: {}, ...besides },
  });
  return prediction.kind === 'known' ? prediction.changes.map(({ path }) => path) : prediction.kind;
}

const LAST: LastBuild = {
  imageId: 'i',
  parent: { imageId: 'p', layers: [], created: 0 },
  inputs: [],
  depBuilders: {},
  repositories: '',
  code: '',
  durations: {},
};

describe('predictChanges', () => {
  it.each<[string, readonly Input[], readonly Input[], readonly string[] | string]>([
    ['an override that is another', [override('/etc/motd', '1')], [override('/etc/motd', '2')], ['/etc/motd']],
    ['an override in a directory that is there', [], [override('/etc/new')], ['/etc/new']],
    [
      'directories that come with an override',
      [override('/usr/share/a/x')],
      [override('/usr/share/a/x'), override('/usr/share/b/c/y')],
      ['/usr/share/b/c/y', '/usr/share/b', '/usr/share/b/c'],
    ],
    [
      'a directory that goes with the last override in it',
      [override('/usr/share/a/x')],
      [],
      ['/usr/share/a/x', '/usr/share/a'],
    ],
    [
      'no directory that another override keeps',
      [override('/usr/share/a/x'), override('/usr/share/a/y')],
      [override('/usr/share/a/y')],
      ['/usr/share/a/x'],
    ],
    ['nothing of an override that goes through a link', [], [override('/bin/tool')], 'unknown'],
    ['nothing of what does more than write a path', [], [script], 'unknown'],
    ['nothing where no input is another', [script], [script], 'unknown'],
  ])('foresees %s', (_, before, now, changes) => {
    expect(predict(before, now)).toEqual(changes);
  });

  it.each<[string, Partial<PredictInput>]>([
    ['code', { code: 'other' }],
    ['dep-builders', { depBuilders: { base: 'x' } }],
    ['repositories', { repositories: 'other' }],
  ])('foresees nothing with other %s', (_, besides) => {
    expect(predict([], [override('/etc/new')], besides)).toBe('unknown');
  });

  it('foresees nothing where a sub-stage went with its script', () => {
    const late: Input = { stage: '55-late', noun: 'script', name: 'base/build/55-late.sh', value: '' };
    expect(predict([late], [override('/etc/new')])).toBe('unknown');
  });
});
