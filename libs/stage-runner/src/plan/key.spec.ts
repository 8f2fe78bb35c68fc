import { planInput, type InputTexts } from '../testing/plan-input';
import { buildKey, type KeyInput } from './key';
import { createPlan } from './plan';

function key(texts: InputTexts = {}, change: Partial<KeyInput> = {}): string {
  const plan = createPlan(planInput(texts));
  return buildKey({
    plan,
    parentImageId: 'p',
    dependencyImageIds: [],
    repositoryState: 'r',
    codeDigest: 'c',
    ...change,
  });
}

const packages = 'immutablue:\n  rpm:\n    all: [tmux]\n';

describe('buildKey', () => {
  it.each<[string, InputTexts]>([
    ['a comment', { packages: `# why\n${packages}` }],
    ['an empty line', { packages: `\n\n${packages}` }],
    ['another way to write the same list', { packages: 'immutablue:\n  rpm:\n    all:\n      - tmux\n' }],
  ])('does not change with %s', (_, texts) => {
    expect(key(texts)).toBe(key({ packages }));
  });

  it.each<[string, InputTexts, Partial<KeyInput>]>([
    ['another package', { packages: packages.replace('tmux', 'htop') }, {}],
    ['an option', { packages, variant: 'name: teal\ndescription: A test\nfrom: base\noptions: [teal, more]\n' }, {}],
    ['the upstream', { packages, upstream: 'fedora' }, {}],
    ['the parent', { packages }, { parentImageId: 'q' }],
    ['a dep-builder', { packages }, { dependencyImageIds: ['d'] }],
    ['the repositories', { packages }, { repositoryState: 's' }],
    ['the code', { packages }, { codeDigest: 'd' }],
  ])('changes with %s', (_, texts, change) => {
    expect(key(texts, change)).not.toBe(key({ packages }));
  });
});
