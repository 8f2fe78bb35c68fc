import { planInput } from '@immutablue/plan/testing';
import { createPlan, type DependencyBuild } from '@immutablue/plan';
import { renderPlan } from './render-plan';
const PACKAGES = `immutablue:
  repo_urls:
    all:
      - {name: a.repo, url: 'https://example.org/a.repo'}
      - {name: b.repo, url: 'https://example.org/b.repo'}
  lts_version:
    43: '6.12'
    44: '6.18'
  zfs_rpm_url:
    44: https://example.org/zfs-release-3-0.fc44.noarch.rpm
`;

const DEPENDENCY: DependencyBuild = {
  variant: 'teal',
  containerfile: '/workspace/packages/teal/deps/Containerfile',
  context: '/workspace/packages/teal/deps',
  reference: 'localhost/immutablue/dependencies-teal-for-teal:lab-44',
  contentKey: 'k',
  reads: 'everything' as const,
};

const SCRIPT = {
  stage: '35-mesa',
  variant: 'teal',
  file: '/w/build/35-mesa.sh',
  sha256: '0',
  contentKey: 'k',
  reads: 'everything' as const,
  context: '/w',
};

describe('build arguments', () => {
  it('are the same words on the lab and on the real registries, with other addresses', () => {
    expect(createPlan(planInput({ packages: PACKAGES, upstream: 'fedora' })).buildArguments).toEqual({
      RELEASE: '44',
      ARCHITECTURE: 'x86_64',
      BUILD_OPTIONS: 'gui,silverblue,teal',
      REPOSITORIES: 'a.repo=https://example.org/a.repo b.repo=https://example.org/b.repo',
      LTS_VERSION: '6.18',
      ZFS_RPM_URL: 'https://example.org/zfs-release-3-0.fc44.noarch.rpm',
    });
    expect(createPlan(planInput({ packages: PACKAGES, upstream: 'lab' })).buildArguments).toMatchObject({
      REPOSITORIES:
        'a.repo=file:///run/immutablue/lab/repositories/example.org_a.repo ' +
        'b.repo=file:///run/immutablue/lab/repositories/example.org_b.repo',
      ZFS_RPM_URL: '/run/immutablue/lab/urls/zfs-release-3-0.fc44.noarch.rpm',
    });
  });

  it('are absent when packages.yaml does not set them', () => {
    expect(Object.keys(createPlan(planInput()).buildArguments)).toEqual(['RELEASE', 'ARCHITECTURE', 'BUILD_OPTIONS']);
  });

  it('are printed with the plan of a variant that has a dep-builder', () => {
    const input = planInput({ packages: PACKAGES });
    expect(renderPlan(createPlan(input), '/workspace')).not.toContain('LTS_VERSION');
    const printed = renderPlan(createPlan({ ...input, dependencies: [DEPENDENCY] }), '/workspace');
    expect(printed).toContain('dep-builder of teal: packages/teal/deps/Containerfile\n  RELEASE=44\n');
    expect(printed).toContain('\n  LTS_VERSION=6.18\n');
  });
});

describe('the environment of scripts', () => {
  it.each([
    [PACKAGES, '6.18', '/run/immutablue/lab/urls/zfs-release-3-0.fc44.noarch.rpm'],
    ['immutablue:\n', undefined, undefined],
  ])('has the single values of packages.yaml when they are set: %#', (packages, ltsVersion, zfsRpmUrl) => {
    const plan = createPlan({ ...planInput({ packages }), scripts: [SCRIPT] });
    const [step] = plan.stages.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'script'));
    if (step?.kind !== 'script') throw new Error('the plan has no script');
    expect(step.environment['IMMUTABLUE_LTS_VERSION']).toBe(ltsVersion);
    expect(step.environment['IMMUTABLUE_ZFS_RPM_URL']).toBe(zfsRpmUrl);
    expect('IMMUTABLUE_LTS_VERSION' in step.environment).toBe(ltsVersion !== undefined);
  });
});

describe('30-install-packages', () => {
  const commandsOf = (packages: string, dependencies: readonly DependencyBuild[]) =>
    createPlan({ ...planInput({ packages }), dependencies })
      .stages.filter(({ name }) => name === '30-install-packages')
      .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'transaction' ? [step] : [])));

  it('installs the RPMs of a dep-builder in the transaction of the packages', () => {
    const packages = 'immutablue:\n  rpm:\n    all: [tmux, htop]\n';
    const [step, ...others] = commandsOf(packages, [DEPENDENCY]);
    expect(others).toEqual([]);
    expect(step?.command.slice(0, 7)).toEqual(['bash', '-euo', 'pipefail', '-c', expect.any(String), 'bash', '2']);
    // After its own words, the script runs what is run when there is no dep-builder.
    expect(step?.command.slice(7)).toEqual(commandsOf(packages, [])[0]?.command);
    expect(step?.names.map(({ value }) => value)).toEqual(['tmux', 'htop']);
  });

  it('installs them too when there are no packages', () => {
    const [step] = commandsOf('immutablue:\n', [DEPENDENCY]);
    expect(step?.command.at(-1)).toBe('install');
    expect(step?.command[6]).toBe('0');
  });
});
