import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestInstalled } from './digest-installed';
import { openFileDigests } from './file-digests';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'installed-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

const LOCK = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'workspace', devDependencies: { zod: '4.0.0' } },
    'libs/oci': { name: '@immutablue/oci', version: '0.1.0' },
    'libs/oci/node_modules/execa': { version: '9.0.0', integrity: 'sha512-a' },
    'node_modules/@immutablue/oci': { resolved: 'libs/oci', link: true },
    'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' },
  },
};

async function digestOf(packages: object): Promise<string> {
  await writeFile(join(workspace, 'package-lock.json'), JSON.stringify({ ...LOCK, packages }));
  return digestInstalled(workspace, await openFileDigests(workspace));
}

it('counts versions of packages, wherever they are installed', async () => {
  const before = await digestOf(LOCK.packages);
  const nested = { 'libs/oci/node_modules/execa': { version: '9.0.1', integrity: 'sha512-c' } };
  expect(await digestOf({ ...LOCK.packages, ...nested })).not.toBe(before);
  const top = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-other' } };
  expect(await digestOf({ ...LOCK.packages, ...top })).not.toBe(before);
  expect(await digestOf(LOCK.packages)).toBe(before);
});

it('does not count a package of the workspace, a new variant for example', async () => {
  const before = await digestOf(LOCK.packages);
  const variant = {
    'node_modules/@immutablue/teal': { resolved: 'packages/teal', link: true },
    'packages/teal': { name: '@immutablue/teal', version: '0.1.0' },
  };
  expect(await digestOf({ ...LOCK.packages, ...variant })).toBe(before);
});

it('takes a file that is wrong as it is, and none as none', async () => {
  const digest = async () => digestInstalled(workspace, await openFileDigests(workspace));
  expect(await digest()).toBe('');
  const found = new Set<string>();
  for (const text of ['{"cut', '[]', '{"packages": 1}']) {
    await writeFile(join(workspace, 'package-lock.json'), text);
    found.add(await digest());
  }
  expect(found.size).toBe(3);
});
