import { createPlan, keysOf, partsIn } from '@immutablue/plan';
import { planInput, type InputTexts } from '@immutablue/plan/testing';
import type { LastBuild } from '../ledger/entry';
import { stageToCheckpointBefore } from './run-part';

const PACKAGES = 'immutablue:\n  rpm:\n    all: [tmux]\n';
const SCRIPTS = { '35-mesa': 'a', '45-kernel': 'b' };

const partsOf = (texts: InputTexts) => partsIn(keysOf(createPlan(planInput(texts)), new Map()).parts);

function lastOf(texts: InputTexts): LastBuild {
  return {
    imageId: 'i',
    parent: { imageId: 'p', layers: [], created: 0 },
    inputs: partsOf(texts).flatMap(({ inputs }) => [...inputs]),
    depBuilders: {},
    repositories: 'r',
    code: 'c',
    durations: {},
  };
}

describe('stageToCheckpointBefore', () => {
  it.each<[string, InputTexts, string | undefined, InputTexts | undefined, string | undefined]>([
    ['nothing when nothing has changed', { scripts: SCRIPTS }, undefined, { scripts: SCRIPTS }, undefined],
    ['nothing in a first build', { scripts: SCRIPTS }, undefined, undefined, undefined],
    ['nothing when a package is added', { packages: PACKAGES }, undefined, {}, undefined],
    [
      'the sub-stage that has failed',
      { scripts: SCRIPTS },
      '40-uninstall-packages',
      undefined,
      '40-uninstall-packages',
    ],
    ['an edited script', { scripts: { ...SCRIPTS, '45-kernel': 'c' } }, undefined, { scripts: SCRIPTS }, '45-kernel'],
    ['an added script', { scripts: SCRIPTS }, undefined, { scripts: { '35-mesa': 'a' } }, '45-kernel'],
    ['the first of two', { scripts: SCRIPTS }, undefined, {}, '35-mesa'],
  ])('is %s', (_, now, failed, before, expected) => {
    expect(stageToCheckpointBefore(partsOf(now), failed, before && lastOf(before))).toBe(expected);
  });
});
