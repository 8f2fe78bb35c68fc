import { parseLock } from '@immutablue/variant';
import { planInput, scriptOf } from '@immutablue/plan/testing';
import { createPlan, kindOf, type DepBuilder } from '@immutablue/plan';
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

const DEP_BUILDER: DepBuilder = {
  variant: 'teal',
  containerfile: '/workspace/packages/teal/deps/Containerfile',
  content: {
    folder: '/workspace/packages/teal/deps',
    entries: [{ type: 'file', path: 'Containerfile', mode: 0o644, sha256: 'a'.repeat(64) }],
  },
  reference: 'localhost/immutablue/dependencies-teal-for-teal:lab-44',
  reads: 'everything',
  secrets: [],
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
    const printed = renderPlan(createPlan({ ...input, depBuilders: [DEP_BUILDER] }), '/workspace');
    expect(printed).toContain(
      'dep-builder of teal: packages/teal/deps/Containerfile\n  sees packages/teal/deps/Containerfile  sha256 aaaaaaaaaaaa\n  RELEASE=44\n',
    );
    expect(printed).toContain('\n  LTS_VERSION=6.18\n');
  });
});

describe('the environment of scripts', () => {
  it.each([
    [PACKAGES, '6.18', '/run/immutablue/lab/urls/zfs-release-3-0.fc44.noarch.rpm'],
    ['immutablue:\n', undefined, undefined],
  ])('has the single values of packages.yaml when they are set: %#', (packages, ltsVersion, zfsRpmUrl) => {
    const plan = createPlan({ ...planInput({ packages }), scripts: [scriptOf('45-kernel', 'a')] });
    const [step] = plan.stages.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'script'));
    if (step?.kind !== 'script') throw new Error('the plan has no script');
    expect(step.environment['IMMUTABLUE_LTS_VERSION']).toBe(ltsVersion);
    expect(step.environment['IMMUTABLUE_ZFS_RPM_URL']).toBe(zfsRpmUrl);
    expect('IMMUTABLUE_LTS_VERSION' in step.environment).toBe(ltsVersion !== undefined);
  });
});

describe('30-install-packages', () => {
  /** The commands of the sub-stage, as they are printed and run. */
  const commandsOf = (packages: string, depBuilders: readonly DepBuilder[]) =>
    createPlan({ ...planInput({ packages }), depBuilders })
      .stages.filter(({ name }) => name === '30-install-packages')
      .flatMap(({ steps }) => steps.flatMap((step) => kindOf(step).print(step, { path: String, place: () => '' })))
      .flatMap((line) => (typeof line !== 'string' && line.kind === 'command' ? [line.command] : []));

  it('installs the RPMs of a dep-builder in the transaction of the packages', () => {
    const packages = 'immutablue:\n  rpm:\n    all: [tmux, htop]\n';
    const [command, ...others] = commandsOf(packages, [DEP_BUILDER]);
    expect(others).toEqual([]);
    expect(command?.argv.slice(0, 7)).toEqual(['bash', '-euo', 'pipefail', '-c', expect.any(String), 'bash', '2']);
    // After its own words, the script runs what is run when there is no dep-builder.
    expect(command?.argv.slice(7)).toEqual(commandsOf(packages, [])[0]?.argv);
    expect(command?.origin).toMatchObject({ kind: 'names', names: [{ value: 'tmux' }, { value: 'htop' }] });
  });

  it('installs them too when there are no packages', () => {
    const [command] = commandsOf('immutablue:\n', [DEP_BUILDER]);
    expect(command?.argv.at(-1)).toBe('install');
    expect(command?.argv[6]).toBe('0');
  });

  it('installs the files of a lock by checksum, with no repository in sight', () => {
    const sum = 'b'.repeat(64);
    const text = `lab:\n  '44':\n    x86_64:\n      rpm:\n        requested: [tmux]\n        packages:\n          - { name: tmux, epoch: 0, version: '1', release: '1', arch: noarch, repository: lab, checksum: sha256:${sum} }\n`;
    const [lock] = parseLock('/workspace/packages/teal/packages.lock.yaml', text).value?.sections ?? [];
    if (lock === undefined) throw new Error('the lock is wrong');
    const plan = createPlan({ ...planInput({ packages: 'immutablue:\n  rpm:\n    all: [tmux]\n' }), lock });
    const printed = renderPlan(plan, '/workspace', '/cache');
    expect(printed).toContain(`'--disablerepo=*' install /run/immutablue/locked/${sum}.rpm`);
    expect(printed).toContain('--volume /cache/rpms:/run/immutablue/locked:ro');
  });
});
