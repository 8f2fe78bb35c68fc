import { parseLock } from '@immutablue/variant';
import { createPlan } from '../create-plan';
import type { PlanInput } from '../model';
import { planInput, scriptOf, type InputTexts } from '../testing/plan-input';
import { keysOf } from './key';
import { asksRepositories, partsIn, partsOf } from './part';

function keys(texts: InputTexts = {}, change: Partial<PlanInput> = {}, images: Record<string, string> = {}) {
  const { checkpoint, rest } = keysOf(createPlan({ ...planInput(texts), ...change }), new Map(Object.entries(images)));
  if (checkpoint === undefined) throw new Error('the plan has no checkpoint');
  return { checkpoint, rest };
}

const packages = 'immutablue:\n  rpm:\n    all: [tmux, vim]\n';

it.each([
  ['packages', 'rpm:\n    all: [tmux]', true],
  ['a package to be gone', 'rpm_rm:\n    all: [tmux]', true],
  ['Python packages, which no lock fixes', 'pip_packages:\n    all: [pulsemixer]', true],
  ['the definition of a repository', 'repo_urls:\n    all: [{name: x.repo, url: https://example.org/x.repo}]', true],
  ['a service', 'services_enable_sys:\n    all: [sshd.service]', false],
])('says whether %s ask what is offered now', (_, list, asks) => {
  const plan = createPlan(planInput({ packages: `immutablue:\n  ${list}\n` }));
  expect(partsIn(partsOf(plan)).some(asksRepositories)).toBe(asks);
});

describe('keysOf', () => {
  it.each<[string, InputTexts]>([
    ['a comment', { packages: `# why\n${packages}` }],
    ['an empty line', { packages: `\n\n${packages}` }],
    ['another way to write the same list', { packages: 'immutablue:\n  rpm:\n    all:\n      - tmux\n      - vim\n' }],
    ['another order of a list', { packages: packages.replace('tmux, vim', 'vim, tmux') }],
  ])('does not change with %s', (_, texts) => {
    expect(keys(texts)).toEqual(keys({ packages }));
  });

  it.each<[string, InputTexts, Partial<PlanInput>]>([
    ['another package', { packages: packages.replace('tmux', 'htop') }, {}],
    ['the upstream', { packages, upstream: 'fedora' }, {}],
    ['the repositories', { packages }, { repositories: { kind: 'fixed', digest: 'other' } }],
    ['the code', { packages }, { code: 'other' }],
  ])('changes with %s, and that of the rest with it', (_, texts, change) => {
    const [now, before] = [keys(texts, change), keys({ packages })];
    expect(now.checkpoint).not.toBe(before.checkpoint);
    expect(now.rest).not.toBe(before.rest);
  });

  it('changes with what a dep-builder made', () => {
    const content = { folder: '/workspace/packages/teal/deps', entries: [] };
    const containerfile = `${content.folder}/Containerfile`;
    const depBuilders = [
      { variant: 'teal', containerfile, content, reference: 'r', reads: 'everything' as const, secrets: [] },
    ];
    const of = (teal: string) => keys({ packages }, { depBuilders }, { teal }).checkpoint;
    expect(of('a')).toBe(of('a'));
    expect(of('a')).not.toBe(of('b'));
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
    ['a late script', { packages, scripts: { '55-late': 'a' } }],
  ])('of the rest alone changes with %s', (_, texts) => {
    const [now, before] = [keys(texts), keys({ packages })];
    expect(now.checkpoint).toBe(before.checkpoint);
    expect(now.rest).not.toBe(before.rest);
  });

  it('changes with every file that a script sees', () => {
    const script = scriptOf('35-mesa', 'a');
    const seeing = (sha256: string) => {
      const file = { type: 'file', path: 'files/f', mode: 0o644, sha256 } as const;
      const sees = { ...script.sees, entries: [...script.sees.entries, file] };
      return keys({ packages }, { scripts: [{ ...script, sees }] }).checkpoint;
    };
    expect(seeing('b')).toBe(seeing('b'));
    expect(seeing('b')).not.toBe(seeing('c'));
  });

  it('does not change with a comment in the lock, but with a checksum', () => {
    const of = (sum: string, comment = '') => {
      const text = `${comment}lab:\n  '44':\n    x86_64:\n      rpm:\n        requested: [tmux]\n        packages:\n          - { name: tmux, epoch: 0, version: '1', release: '1', arch: noarch, repository: lab, checksum: sha256:${sum.repeat(64)} }\n`;
      const [lock] = parseLock('/workspace/packages/teal/packages.lock.yaml', text).value?.sections ?? [];
      if (lock === undefined) throw new Error('the lock is wrong');
      return keys({ packages: 'immutablue:\n  rpm:\n    all: [tmux]\n' }, { lock }).checkpoint;
    };
    expect(of('b', '# why\n')).toBe(of('b'));
    expect(of('c')).not.toBe(of('b'));
  });
});
