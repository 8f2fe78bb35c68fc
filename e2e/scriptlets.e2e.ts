import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { nxAlone, textIn } from './support/built-images';
import { errorsIn } from './support/errors';
import { outputOf } from './support/program';
import { createWorkspace, disposeWithoutOrphans, type Workspace } from './support/workspace';

/** Scriptlets of packages run in a build, and one that fails ends it. */
let workspace: Workspace;

/** Packages that a dep-builder gives an image: they need no repository. */
const SPECIFICATIONS = {
  'e2e-good': `%pre
echo pre >>/usr/lib/scriptlets
%post
echo post >>/usr/lib/scriptlets
%posttrans
echo posttrans >>/usr/lib/scriptlets
%triggerin -- e2e-needing
echo trigger >>/usr/lib/scriptlets
`,
  'e2e-bad': `%post
echo "no such user: nobody-here" >&2
exit 7
`,
  'e2e-needing': '',
} as const;

const DEPS = {
  'deps/Containerfile': 'FROM scratch\nCOPY *.rpm /run/immutablue/rpms/\n',
};

beforeAll(async () => {
  workspace = await createWorkspace();
});

afterAll(() => disposeWithoutOrphans(workspace));

/** Adds a variant whose dep-builder has these packages. */
async function add(variant: string, names: readonly (keyof typeof SPECIFICATIONS)[], lists: string): Promise<void> {
  await workspace.addVariant(variant, { files: { ...DEPS, 'packages.yaml': `immutablue:\n${lists}` } });
  const [folder, work] = [join(workspace.root, 'packages', variant, 'deps'), join(workspace.root, 'tmp', variant)];
  await mkdir(work, { recursive: true });
  for (const name of names) {
    const specification = join(work, `${name}.spec`);
    const needs = name === 'e2e-needing' ? 'Requires: e2e-bad\n' : '';
    const head = `Name: ${name}\nVersion: 1\nRelease: 1\nSummary: Of a test\nLicense: MIT\nBuildArch: noarch\n${needs}`;
    await writeFile(specification, `${head}%description\n%{summary}.\n${SPECIFICATIONS[name]}%files\n`);
    const folders = ['--define', `_topdir ${work}`, '--define', `_rpmdir ${work}/made`];
    await runCommand(['rpmbuild', '-bb', '--quiet', ...folders, specification]);
  }
  for (const rpm of await readdir(join(work, 'made/noarch'))) {
    await runCommand(['cp', join(work, 'made/noarch', rpm), folder]);
  }
  const { exitCode, output } = await nxAlone(workspace, 'deps', variant);
  if (exitCode !== 0) throw new Error(output);
}

/** The command that builds the Containerfile of a variant. */
async function exportOf(variant: string): Promise<string> {
  const output = outputOf(await nxAlone(workspace, 'run', `${variant}:containerfile`));
  const command = /^\$ (buildah build .*)$/m.exec(output)?.[1];
  if (command === undefined) throw new Error(output);
  return command.replace(/--tag \S+/, '--tag localhost/exported/scriptlets:44');
}

it('runs scriptlets and triggers', async () => {
  await add('e2e-scriptlets', ['e2e-good'], '  rpm:\n    all: []\n');
  outputOf(await nxAlone(workspace, 'build', 'e2e-scriptlets'));
  expect(await textIn(workspace, 'e2e-scriptlets', '/usr/lib/scriptlets')).toBe('pre\npost\nposttrans');
});

describe('one that fails', () => {
  const LISTS = '  rpm:\n    all:\n      - e2e-needing\n';

  it('ends the build, with what it said and the line of what needs its package', async () => {
    await add('e2e-failing', ['e2e-bad', 'e2e-needing'], LISTS);
    const { exitCode, output } = await nxAlone(workspace, 'build', 'e2e-failing');
    expect(exitCode).not.toBe(0);
    expect(errorsIn(output).join('\n')).toMatchInlineSnapshot(`
     "error[build/scriptlet-failed]: the scriptlet %post of \`e2e-bad-1-1.noarch\`, which \`e2e-needing\` needs, failed: exit status 7
       --> packages/e2e-failing/packages.yaml:4:9
       |
     4 |       - e2e-needing
       |         ^^^^^^^^^^^
       | no such user: nobody-here
       hint: what it should have done is missing in the image; where that does no harm, \`scriptlets\` says so: \`{name: e2e-bad, policy: allow-failure, reason: …}\`"
    `);
  });

  it('ends a build of the Containerfile of the variant, too', async () => {
    const exported = await exportOf('e2e-failing');
    await expect(workspace.store.run('sh', '-c', exported)).rejects.toMatchObject({
      result: {
        tail: expect.arrayContaining([
          'error: a scriptlet of e2e-bad failed: warning: %post(e2e-bad-1-1.noarch) scriptlet failed, exit status 7',
        ]),
      },
    });
  });

  it('is a warning where packages.yaml says why it does no harm', async () => {
    const allowed =
      '  scriptlets:\n    all:\n      - name: e2e-bad\n        policy: allow-failure\n        reason: the user is made at boot\n';
    await workspace.write('packages/e2e-failing/packages.yaml', `immutablue:\n${LISTS}${allowed}`);
    expect(outputOf(await nxAlone(workspace, 'build', 'e2e-failing'))).toMatch(
      /^\[30-install-packages\] warning: %post of e2e-bad-1-1\.noarch failed \(exit status 7\), as is allowed: the user is made at boot$/m,
    );
    await workspace.store.run('sh', '-c', await exportOf('e2e-failing'));
  });
});
