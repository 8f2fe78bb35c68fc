import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderDiagnostic } from '@immutablue/diagnostics';
import { missingPrograms, missingTools, PROGRAMS, readHostPackages } from './host';

/** Packages that no Debian system is without. */
const ESSENTIAL = ['apt', 'coreutils', 'dpkg', 'tar', 'util-linux'];

describe('the packages of the host', () => {
  it('bring every program that the lab starts', async () => {
    const { base } = await readHostPackages();
    expect([...base, ...ESSENTIAL]).toEqual(expect.arrayContaining(Object.values(PROGRAMS)));
  });
});

describe('missingPrograms', () => {
  it('finds programs in any directory of the search path that can be executed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lab-path-'));
    try {
      await writeFile(join(directory, 'there'), '');
      await writeFile(join(directory, 'not-executable'), '');
      await chmod(join(directory, 'there'), 0o755);
      const searchPath = `/nonexistent::${directory}`;
      expect(missingPrograms(['there', 'not-executable', 'absent'], searchPath)).toEqual(['not-executable', 'absent']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('missingTools', () => {
  it('says in one what to install', () => {
    const rendered = renderDiagnostic(missingTools(['rpmbuild', 'rpmsign', 'createrepo_c']), {
      root: '/',
      colors: 'never',
    });
    expect(rendered).toMatchInlineSnapshot(`
     "error[host/missing-tool]: the lab needs \`rpmbuild\`, \`rpmsign\`, \`createrepo_c\`, which are not installed on this machine
       hint: install with \`apt-get install --no-install-recommends createrepo-c rpm\` (on a Debian machine: the lab is made of Debian packages)"
    `);
  });
});
