import { checkedValue, parseFamily } from '@immutablue/variant';
import { parsePluginOptions } from '../shared/settings';
import { NAMED_INPUTS, variantTargets } from './targets';

const OPTIONS = parsePluginOptions({ releases: ['44', '43'], lab: 'lab', builders: ['stage-runner', 'nx-plugin'] });

function targetsOf(name: string, hasDepBuilder = false, options = OPTIONS, projectOfBase = 'base') {
  const texts: Record<string, string> = {
    base: 'name: base\ndescription: d\nfrom: quay.io/x/silverblue\noptions: [gui]\n',
    cyan: 'name: cyan\ndescription: d\nfrom: base\noptions: [cyan]\n',
    asahi:
      'name: asahi\ndescription: d\nfrom: quay.io/y/silverblue\napply: [base]\nplatforms: [linux/arm64]\noptions: [asahi]\n',
  };
  const files = Object.entries(texts).map(([key, text]) => ({ file: `/w/packages/${key}/variant.yaml`, text }));
  const family = checkedValue(parseFamily(files));
  return variantTargets(
    {
      variant: family.variant(name),
      hasDepBuilder,
      lineage: name === 'base' ? [] : ['base'],
      executors: '@immutablue/nx',
      projectOf: (variant) => (variant === 'base' ? projectOfBase : variant),
    },
    options,
  );
}

describe('variantTargets', () => {
  it('infers the same targets for every variant, and `deps` where there is a dep-builder', () => {
    const always = [
      'build',
      'plan',
      'explain',
      'containerfile',
      'check',
      'overrides',
      'test',
      'boot',
      'lock',
      'changes',
      'diff',
      'sbom',
      'reads',
      'shell',
      'publish',
      'verify',
    ];
    expect(Object.keys(targetsOf('base'))).toEqual(always);
    expect(Object.keys(targetsOf('cyan', true)).sort()).toEqual([...always, 'deps'].sort());
  });

  it.each([
    ['base', false, [{ projects: ['lab'], target: 'up' }]],
    ['cyan', true, [{ projects: ['base'], target: 'build' }, { projects: ['lab'], target: 'up' }, 'deps']],
    ['asahi', false, [{ projects: ['lab'], target: 'up-aarch64' }]],
  ])('builds what %s needs first', (name, hasDepBuilder, expected) => {
    expect(targetsOf(name, hasDepBuilder)['build']?.dependsOn).toEqual(expected);
  });

  it('explains on the upstream that a build would have, and builds nothing for it', () => {
    expect(targetsOf('cyan', true)['explain']?.dependsOn).toEqual([{ projects: ['lab'], target: 'up' }]);
    expect(targetsOf('asahi')['explain']?.dependsOn).toEqual([{ projects: ['lab'], target: 'up-aarch64' }]);
  });

  it("depends on the parent's result and not on its sources", () => {
    const inputs = targetsOf('cyan')['build']?.inputs;
    expect(inputs).toContainEqual({ dependentTasksOutputFiles: expect.stringContaining('image'), transitive: false });
    expect(inputs).not.toContainEqual(expect.stringMatching(/^\^/));
    expect(inputs).toContainEqual({ input: 'production', projects: ['stage-runner', 'nx-plugin'] });
  });

  it('tests images again when the code that looks into them changes, without rebuilding them', () => {
    const options = parsePluginOptions({ releases: ['44'], builders: ['stage-runner'], inspectors: ['inspect'] });
    const { build, test } = targetsOf('cyan', false, options);
    expect(test?.inputs).toContainEqual({ input: 'production', projects: ['inspect'] });
    expect(test?.inputs).toEqual(expect.arrayContaining(build?.inputs ?? []));
    expect(build?.inputs).not.toContainEqual({ input: 'production', projects: ['inspect'] });
    expect(test?.outputs).toEqual(['{projectRoot}/dist/test.json', '{projectRoot}/dist/test.junit.xml']);
  });

  it('names what counts in the folder of a variant, and what does not', () => {
    const { build, deps, test } = targetsOf('cyan', true);
    expect(build?.inputs).toContain('counted');
    expect(test?.inputs).toContain('counted');
    // A lock is about what the image installs, not about its dep-builder.
    expect(deps?.inputs).toContain('depBuilder');
    expect(NAMED_INPUTS.counted).toEqual(expect.arrayContaining(['{projectRoot}/**/*', '!{projectRoot}/dist/**/*']));
    expect(NAMED_INPUTS.counted.join(' ')).not.toMatch(/artifacts|packages\.lock\.yaml|variant\.yaml/);
  });

  it('counts the files of what it applies', () => {
    const { build, check } = targetsOf('asahi');
    expect(build?.inputs).toContainEqual({ input: 'counted', projects: ['base'] });
    expect(check?.inputs).toEqual(expect.arrayContaining([{ input: 'counted', projects: ['base'] }]));
  });

  it('names projects as Nx does, whose packages may have a scope', () => {
    const { build } = targetsOf('cyan', false, OPTIONS, '@org/base');
    expect(build?.dependsOn).toContainEqual({ projects: ['@org/base'], target: 'build' });
    expect(targetsOf('asahi', false, OPTIONS, '@org/base')['check']?.inputs).toContainEqual({
      input: 'counted',
      projects: ['@org/base'],
    });
  });

  it('boots again when the checks of what it stands on change, without building again', () => {
    const { build, boot } = targetsOf('cyan');
    for (const name of ['base', 'cyan']) {
      expect(boot?.inputs).toContain(`{workspaceRoot}/packages/${name}/boot-checks.yaml`);
      expect(build?.inputs).not.toContain(`{workspaceRoot}/packages/${name}/boot-checks.yaml`);
    }
    expect(boot?.inputs).toEqual(expect.arrayContaining([...(build?.inputs ?? [])]));
    expect(boot?.dependsOn).toEqual(['build']);
  });

  it('has a configuration for the lab and for each release', () => {
    expect(targetsOf('base')['build']).toMatchObject({
      defaultConfiguration: 'lab',
      configurations: {
        lab: { upstream: 'lab', release: '44' },
        f44: { upstream: 'fedora', release: '44' },
        f43: { upstream: 'fedora', release: '43' },
      },
    });
  });

  it('checks all of them, unless one is named', () => {
    const { check, build } = targetsOf('base');
    expect(check?.configurations).toEqual(build?.configurations);
    expect(check).not.toHaveProperty('defaultConfiguration');
  });

  it('needs no lab where there is none', () => {
    const build = targetsOf('cyan', false, parsePluginOptions({ releases: ['44'] }))['build'];
    expect(build?.defaultConfiguration).toBe('f44');
    expect(build?.dependsOn).toEqual([{ projects: ['base'], target: 'build' }]);
  });
});

describe('parsePluginOptions', () => {
  it.each([
    [{ releases: [44] }, '`releases.0`'],
    [{ releases: [] }, '`releases.0`'],
    [{ releases: ['44'], registry: 'quay.io' }, '`registry`'],
    [{ releases: ['44'], regsitry: 'quay.io/x' }, 'regsitry'],
  ])('refuses %j', (options, named) => {
    expect(() => parsePluginOptions(options)).toThrow(named);
  });
});
