import { renderDiagnostic } from '@immutablue/diagnostics';
import { checkName } from './check-name';
import { variantOptions } from './options';
import { type Workspace } from './workspace';

const empty: Workspace = {
  variants: 'packages',
  releases: ['44'] as unknown as Workspace['releases'],
  definitions: [],
  projects: [],
  package: {},
};

function check(name: string, { options = [] as string[], existing = [] as string[] } = {}): string | undefined {
  const fault = checkName(variantOptions.parse({ name, from: 'base', options }), empty, (path) =>
    existing.includes(path),
  );
  return fault === undefined ? undefined : renderDiagnostic(fault, { root: '/', colors: 'never' });
}

describe('checkName accepts', () => {
  it.each(['teal', 'x', 'teal2', 'my-own-image', 'zfs', 'a'.repeat(64)])('%s', (name) => {
    expect(check(name)).toBeUndefined();
  });

  it('a word with a meaning in packages.yaml when it is not the build option', () => {
    expect(check('runtime', { options: ['own'] })).toBeUndefined();
  });
});

describe('checkName refuses as a name', () => {
  it.each([
    ['Teal', 'teal'],
    ['tealBlue', 'teal-blue'],
    ['teal_blue', 'teal-blue'],
    ['teal--blue', 'teal-blue'],
    ['-teal', 'teal'],
    ['teal-', 'teal'],
    ['2teal', 'teal'],
    ['teal.2', 'teal-2'],
    ['packages/teal', 'packages-teal'],
    ['../teal', 'teal'],
    ['my teal', 'my-teal'],
    ['@immutablue/teal', 'immutablue-teal'],
    ['téal', 'teal'],
  ])('%j, and suggests %s', (name, near) => {
    const text = check(name);
    expect(text).toContain('error[generator/invalid-name]');
    expect(text).toContain(`like \`${near}\``);
  });

  it.each(['', '44', '..', '_', '日本'])('%j, with nothing to suggest', (name) => {
    expect(check(name)).toContain('error[generator/invalid-name]');
    expect(check(name)).not.toContain('like `');
  });

  it.each(['dist', 'tmp', 'rm', 'url', 'runtime', 'aarch64', 'a'.repeat(65)])('%s', (name) => {
    expect(check(name)).toContain('error[generator/invalid-name]');
  });

  it('control characters without passing them on', () => {
    expect(check('te\u001b[31mal')).toMatchInlineSnapshot(`
     "error[generator/invalid-name]: \`te\\x1b[31mal\` is not a name of a variant
       hint: lowercase letters, digits and single hyphens, beginning with a letter, like \`te-31mal\`"
    `);
  });

  it('a reserved word with the way around it', () => {
    expect(check('rm')).toMatchInlineSnapshot(`
     "error[generator/invalid-name]: \`rm\` cannot be a build option, which the name of a variant is too
       hint: choose another name, or state build options with --options; \`rm\`, \`runtime\`, \`url\`, \`x86_64\`, \`aarch64\` have a meaning of their own in packages.yaml"
    `);
  });
});

describe('checkName refuses as taken', () => {
  it.each(['packages/teal', '.changeset/teal.md'])('%s', (path) => {
    expect(check('teal', { existing: [path] })).toBe(
      `error[generator/name-taken]: \`${path}\` exists already\n` +
        '  hint: choose another name, or remove it if nothing needs it',
    );
  });
});
