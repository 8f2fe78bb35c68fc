import { join } from 'node:path';
import { createPlan, type BuildPlan } from '@immutablue/plan';
import { planInput } from '@immutablue/plan/testing';
import { checkedValue, parseLock } from '@immutablue/variant';
import type { PackageOrigin } from './contents';
import { packageOrigins, type ListedImage } from './origins';
import type { ListedPackage } from './rpm-list';

const ROOT = '/workspace';
const UPSTREAM = { kind: 'upstream', image: 'quay.io/upstream:44' } as const;

const PACKAGES_YAML = `immutablue:
  rpm_url:
    all:
      - https://example.org/free-release-44.noarch.rpm
  rpm:
    all:
      - htop
      - gcc.x86_64
      - zlib-virtual
`;

function plan(lock?: string, depBuilder?: string): BuildPlan {
  const file = join(ROOT, 'packages/teal/packages.lock.yaml');
  const section = lock === undefined ? undefined : checkedValue(parseLock(file, lock)).sections[0];
  const { depBuilders, ...input } = planInput({ packages: PACKAGES_YAML, upstream: 'fedora' });
  const added = depBuilder === undefined ? [] : [builderOf(depBuilder)];
  return createPlan({
    ...input,
    depBuilders: [...depBuilders, ...added],
    ...(section === undefined ? {} : { lock: section }),
  });
}

function builderOf(variant: string) {
  return {
    variant,
    containerfile: join(ROOT, 'packages', variant, 'deps/Containerfile'),
    content: { folder: join(ROOT, 'packages', variant, 'deps'), entries: [] },
    reference: 'localhost/builder',
    secrets: [],
    reads: 'everything' as const,
  };
}

type Facts = Partial<ListedPackage['facts'] & Omit<ListedPackage, 'facts'>>;

function rpm(name: string, { provides = [], needs = [], supplements = [], ...facts }: Facts = {}): ListedPackage {
  return {
    facts: { name, epoch: 0, version: '1', release: '1.fc44', arch: 'x86_64', headerSha256: name, ...facts },
    ...{ provides: [name, ...provides], needs, supplements },
  };
}

/** What is said of each package of `teal`, on an upstream image with some. */
function originsOf(
  teal: BuildPlan,
  packages: readonly ListedPackage[],
  below: readonly ListedPackage[] = [],
): Record<string, PackageOrigin> {
  const images: [ListedImage, ListedImage] = [
    { packages, source: { kind: 'variant', plan: teal } },
    { packages: below, source: UPSTREAM },
  ];
  return Object.fromEntries([...packageOrigins(images, ROOT)].map(([{ facts }, origin]) => [facts.name, origin]));
}

const asked = (line: number, list = 'rpm') => ({
  ...{ kind: 'asked', variant: 'teal', list },
  line: `packages/teal/packages.yaml:${line}`,
});
const dependency = (of: string, line: number) => ({
  ...{ kind: 'dependency', variant: 'teal', of },
  line: `packages/teal/packages.yaml:${line}`,
});

describe('without a lock', () => {
  it.each([
    ['its name', rpm('htop'), 7],
    ['its name and architecture', rpm('gcc'), 8],
    ['what it provides', rpm('zlib-devel', { provides: ['zlib-virtual'] }), 9],
  ])('a package is asked for by %s', (_, one, line) => {
    expect(originsOf(plan(), [one])).toEqual({ [one.facts.name]: asked(line) });
  });

  it('a package is asked for by its address, whose file name has no release', () => {
    expect(originsOf(plan(), [rpm('free-release', { version: '44' })])).toEqual({
      'free-release': asked(4, 'rpm_url'),
    });
  });

  it('a package of that name is what is asked for, not another one that provides it', () => {
    const found = originsOf(plan(), [rpm('htop'), rpm('htop-ng', { provides: ['htop'] })]);
    expect(found).toEqual({ htop: asked(7), 'htop-ng': { kind: 'unplanned', variant: 'teal' } });
  });

  it('a dependency has the nearest package that was asked for, and the first of those', () => {
    const found = originsOf(plan(), [
      rpm('htop', { needs: ['near'] }),
      rpm('gcc', { needs: ['far', 'both'] }),
      rpm('near', { needs: ['far', 'both'] }),
      rpm('far'),
      rpm('both'),
      rpm('langpack', { supplements: ['near'] }),
    ]);
    expect(found).toEqual({
      ...{ htop: asked(7), gcc: asked(8), near: dependency('htop', 7) },
      ...{ far: dependency('gcc', 8), both: dependency('gcc', 8), langpack: dependency('htop', 7) },
    });
  });

  it('goes through circles once', () => {
    const found = originsOf(plan(), [
      rpm('htop', { needs: ['a'] }),
      rpm('a', { needs: ['b'] }),
      rpm('b', { needs: ['a'] }),
    ]);
    expect(found['b']).toEqual(dependency('htop', 7));
  });
});

describe('which image', () => {
  it('is the lowest from which on a package is there unchanged', () => {
    const before = [rpm('kept'), rpm('updated'), rpm('rebuilt', { headerSha256: 'first' })];
    const found = originsOf(plan(), [rpm('kept'), rpm('updated', { version: '2' }), rpm('rebuilt')], before);
    expect(found).toEqual({
      kept: UPSTREAM,
      updated: { kind: 'unplanned', variant: 'teal' },
      rebuilt: { kind: 'unplanned', variant: 'teal' },
    });
  });

  it('is not one below another without the package', () => {
    const teal = plan();
    const images: [ListedImage, ...ListedImage[]] = [
      { packages: [rpm('htop')], source: { kind: 'variant', plan: teal } },
      { packages: [], source: { kind: 'variant', plan: { ...teal, variant: 'base' } } },
      { packages: [rpm('htop')], source: UPSTREAM },
    ];
    expect([...packageOrigins(images, ROOT).values()]).toEqual([asked(7)]);
  });
});

const LOCK = `fedora:
  '44':
    x86_64:
      rpm_url:
        requested: [https://example.org/free-release-44.noarch.rpm]
        packages:
          - { name: rpmfusion, epoch: 0, version: '1', release: 1.fc44, arch: x86_64, url: https://example.org/free-release-44.noarch.rpm, checksum: sha256:${'1'.repeat(64)} }
      rpm:
        requested: [htop, gcc.x86_64, zlib-virtual]
        packages:
          - { name: htop, epoch: 0, version: '1', release: 1.fc44, arch: x86_64, repository: fedora, checksum: sha256:${'2'.repeat(64)} }
          - { name: by-path, epoch: 0, version: '1', release: 1.fc44, arch: x86_64, repository: fedora, checksum: sha256:${'3'.repeat(64)} }
`;

describe('with a lock', () => {
  const entry = (name: string, line: number, list: string, digit: string) => ({
    line: `packages/teal/packages.lock.yaml:${line}`,
    section: `fedora/44/x86_64/${list}`,
    nevra: `${name}-0:1-1.fc44.x86_64`,
    checksum: `sha256:${digit.repeat(64)}`,
  });

  it('a package has its entry, and what is at an address is asked for whatever it is called', () => {
    const found = originsOf(plan(LOCK), [rpm('htop'), rpm('by-path'), rpm('rpmfusion')]);
    expect(found).toEqual({
      htop: { ...asked(7), lock: entry('htop', 11, 'rpm', '2') },
      'by-path': { kind: 'locked', variant: 'teal', lock: entry('by-path', 12, 'rpm', '3') },
      rpmfusion: {
        ...asked(4, 'rpm_url'),
        lock: { ...entry('rpmfusion', 7, 'rpm_url', '1'), url: 'https://example.org/free-release-44.noarch.rpm' },
      },
    });
  });

  it.each([
    ['with a dep-builder comes from that', 'teal', { kind: 'dep-builder', variant: 'teal', depBuilders: ['teal'] }],
    ['without one comes from a script', undefined, { kind: 'unplanned', variant: 'teal' }],
  ])('what is not locked %s', (_, depBuilder, origin) => {
    expect(originsOf(plan(LOCK, depBuilder), [rpm('htop'), rpm('kmod')])['kmod']).toEqual(origin);
  });
});
