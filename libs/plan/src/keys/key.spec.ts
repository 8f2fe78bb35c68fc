import { createPlan } from '../model';
import { planInput, type InputTexts } from '../testing/plan-input';
import { partKey, partsOf, type KeyInput } from './key';

function keys(texts: InputTexts = {}, change: Partial<KeyInput> = {}): { checkpoint: string; image: string } {
  const plan = createPlan(planInput(texts));
  const segments = partsOf(plan);
  const common = {
    extent: 'whole' as const,
    reference: plan.reference,
    dependencyImageIds: [],
    repositoryState: 'r',
    codeDigest: 'c',
    ...change,
  };
  if (segments.checkpoint === undefined) throw new Error('the plan has no checkpoint');
  const checkpoint = partKey({ ...common, segment: segments.checkpoint });
  return { checkpoint, image: partKey({ ...common, segment: segments.image, before: checkpoint }) };
}

const packages = 'immutablue:\n  rpm:\n    all: [tmux, vim]\n';

describe('segmentKey', () => {
  it.each<[string, InputTexts]>([
    ['a comment', { packages: `# why\n${packages}` }],
    ['an empty line', { packages: `\n\n${packages}` }],
    ['another way to write the same list', { packages: 'immutablue:\n  rpm:\n    all:\n      - tmux\n      - vim\n' }],
    ['another order of a list', { packages: packages.replace('tmux, vim', 'vim, tmux') }],
  ])('does not change with %s', (_, texts) => {
    expect(keys(texts)).toEqual(keys({ packages }));
  });

  it.each<[string, InputTexts, Partial<KeyInput>]>([
    ['another package', { packages: packages.replace('tmux', 'htop') }, {}],
    ['the upstream', { packages, upstream: 'fedora' }, {}],
    ['a dep-builder', { packages }, { dependencyImageIds: ['d'] }],
    ['the repositories', { packages }, { repositoryState: 's' }],
    ['the code', { packages }, { codeDigest: 'd' }],
  ])('changes with %s, and that of the image with it', (_, texts, change) => {
    const [now, before] = [keys(texts, change), keys({ packages })];
    expect(now.checkpoint).not.toBe(before.checkpoint);
    expect(now.image).not.toBe(before.image);
  });

  it('changes when an RPM comes after the rest instead of before it', () => {
    const [a, b] = ['https://example.org/a.rpm', 'https://example.org/b.rpm'];
    const lists = (first: string, last: string) => ({
      packages: `immutablue:\n  rpm_url:\n    all: [${first}]\n  rpm_post_url:\n    all: [${last}]\n`,
    });
    expect(keys(lists(a, b)).checkpoint).not.toBe(keys(lists(b, a)).checkpoint);
  });

  it.each<[string, InputTexts]>([
    ['a service', { packages: `${packages}  services_enable_sys:\n    all: [sshd.service]\n` }],
    ['an option', { packages, variant: 'name: teal\ndescription: A test\nfrom: base\noptions: [teal, more]\n' }],
  ])('of the image alone changes with %s', (_, texts) => {
    const [now, before] = [keys(texts), keys({ packages })];
    expect(now.checkpoint).toBe(before.checkpoint);
    expect(now.image).not.toBe(before.image);
  });
});
