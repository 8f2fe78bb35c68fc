import { SUB_STAGES } from './sub-stages';
import { readScriptName, stageNames } from './script';
import { REFUSED_SCRIPT_NAMES } from './testing/hostile';
import { scriptOf } from './testing/plan-input';

describe('readScriptName', () => {
  it.each([
    ['30-install-packages.sh', { kind: 'stage', stage: '30-install-packages' }],
    ['35-mesa.sh', { kind: 'stage', stage: '35-mesa' }],
    ['99-common.sh', { kind: 'common' }],
  ])('%s', (name, expected) => {
    expect(readScriptName(name, `/p/build/${name}`)).toEqual(expected);
  });

  it.each(REFUSED_SCRIPT_NAMES)('%s is refused', (name, message, hint) => {
    const read = readScriptName(name, `/p/build/${name}`);
    expect(read).toMatchObject({
      kind: 'fault',
      diagnostic: {
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
        location: { file: `/p/build/${name}` },
      },
    });
  });
});

describe('stageNames', () => {
  const script = (stage: string) => scriptOf(stage, 'a');

  it('has the eight sub-stages without any script', () => {
    expect(stageNames([])).toEqual(SUB_STAGES);
  });

  it('puts a sub-stage of a variant at its number, once', () => {
    const names = stageNames([script('35-mesa'), script('30-install-packages'), script('35-mesa')]);
    expect(names.slice(3, 6)).toEqual(['30-install-packages', '35-mesa', '40-uninstall-packages']);
    expect(names).toHaveLength(9);
  });
});
