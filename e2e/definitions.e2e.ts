import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorsIn } from './support/errors';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** Definitions that are wrong: what `nx build` prints, and that it changes nothing. */
let workspace: Workspace;
let previous: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  previous = await workspace.seedImages('e2e-teal');
});

beforeEach(() => workspace.addVariant('e2e-teal'));

afterEach(async () => {
  for (const variant of ['e2e-teal', 'e2e-jade']) {
    await rm(join(workspace.root, 'packages', variant), { recursive: true, force: true });
  }
  expect(await workspace.store.imageId(imageOf('e2e-teal'))).toBe(previous);
  expect(await workspace.store.orphans()).toEqual([]);
});

afterAll(() => workspace.dispose());

/** Nx puts two spaces and a dash before what a plugin says, and four spaces before its further lines. */
function asNxShowsIt(error: string): string {
  return error.trim().replaceAll('\n', '\n    ').replace(/^/, '  - ').replaceAll(/^ +$/gm, '');
}

it.each([
  [
    'an unknown parent',
    async () => workspace.addVariant('e2e-teal', { from: 'cyna' }),
    `
error[family/unknown-parent]: \`e2e-teal\` is from \`cyna\`, and there is no such variant
  --> packages/e2e-teal/variant.yaml:3:7
  |
3 | from: cyna
  |       ^^^^
  hint: did you mean \`cyan\`?`,
  ],
  [
    'a cycle',
    async () => {
      await workspace.addVariant('e2e-teal', { from: 'e2e-jade' });
      await workspace.addVariant('e2e-jade', { from: 'e2e-teal' });
    },
    `
error[family/cycle]: \`e2e-jade\` stands on itself: e2e-jade → e2e-teal → e2e-jade
  --> packages/e2e-jade/variant.yaml:3:7
  |
3 | from: e2e-teal
  |       ^^^^^^^^
  hint: change the \`from:\` or \`apply:\` of one of them`,
  ],
  [
    'a name that another variant has',
    async () => workspace.addVariant('e2e-jade', { keys: { name: 'e2e-teal' } }),
    `
error[yaml/wrong-value]: the variant \`e2e-teal\` lies in the folder \`e2e-jade\`
  --> packages/e2e-jade/variant.yaml:1:7
  |
1 | name: e2e-teal
  |       ^^^^^^^^
  hint: the name and the folder have to be the same: change one of them`,
  ],
  [
    'an image that another variant builds',
    async () => workspace.addVariant('e2e-jade', { keys: { image: 'e2e-teal' } }),
    `
error[family/duplicate-name]: two variants build the image \`e2e-teal\`
  --> packages/e2e-teal/variant.yaml:4:8`,
  ],
  [
    'YAML that is none',
    async () => workspace.write('packages/e2e-teal/variant.yaml', 'name: e2e-teal\nfrom: [base\noptions: []\n'),
    `
error[yaml/syntax]: Flow sequence in block collection must be sufficiently indented and end with a ]
  --> packages/e2e-teal/variant.yaml:3:1`,
  ],
])('%s', async (_, make, error) => {
  await make();
  // With plugins in a process of their own, as people have it: their errors are passed on to another process.
  const { exitCode, output } = await workspace.nxWith({ NX_ISOLATE_PLUGINS: 'true' }, 'build', 'e2e-teal');
  expect(exitCode).toBe(1);
  expect(output).toContain(asNxShowsIt(error));
  expect(output).not.toMatch(/^\s+at /m);
});

it.each([
  [
    'an unknown build option',
    'immutablue:\n  rpm_gu:\n    all: [tmux]\n',
    `
error[family/unknown-option]: \`rpm_gu\`: unknown build option \`gu\`
  --> packages/e2e-teal/packages.yaml:2:3
  |
2 |   rpm_gu:
  |   ^^^^^^
  hint: did you mean \`gui\`?`,
  ],
  [
    'YAML that is none',
    'immutablue:\n  rpm:\n    all: [tmux\n  file_rm:\n',
    `
error[yaml/syntax]: Flow sequence in block collection must be sufficiently indented and end with a ]
  --> packages/e2e-teal/packages.yaml:4:3
  |
4 |   file_rm:
  |   ^
  hint: look at the indentation, and for a bracket or quote that was not closed above`,
  ],
])('packages.yaml with %s', async (_, text, error) => {
  await workspace.write('packages/e2e-teal/packages.yaml', text);
  const { exitCode, output } = await workspace.nx('build', 'e2e-teal');
  expect(exitCode).not.toBe(0);
  expect(errorsIn(output)).toEqual([error.trim()]);
});
