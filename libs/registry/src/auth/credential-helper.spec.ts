import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askCredentialHelper } from './credential-helper';

let directory: string;
const { PATH } = process.env;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'helper-'));
  process.env['PATH'] = `${directory}:${PATH ?? ''}`;
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(directory, { recursive: true });
});

async function helper(script: string): Promise<void> {
  const file = join(directory, 'docker-credential-lab');
  await writeFile(file, `#!/bin/bash\nset -euo pipefail\n${script}\n`);
  await chmod(file, 0o755);
}

it('is asked for the registry', async () => {
  await helper(`[[ $1 == get ]]; printf '{"ServerURL": "x", "Username": "me", "Secret": "of %s"}' "$(cat)"`);
  expect(await askCredentialHelper('lab', 'quay.io')).toEqual({ kind: 'password', user: 'me', password: 'of quay.io' });
});

it('may give an identity token', async () => {
  await helper(`cat >/dev/null; echo '{"Username": "<token>", "Secret": "refresh"}'`);
  expect(await askCredentialHelper('lab', 'quay.io')).toEqual({ kind: 'identity-token', token: 'refresh' });
});

it('may have none', async () => {
  await helper(`cat >/dev/null; echo 'credentials not found in native keychain'; exit 1`);
  expect(await askCredentialHelper('lab', 'quay.io')).toBeUndefined();
});

it.each([
  ['fails', `echo hunter2; exit 1`],
  ['says something else', `echo '{"Secret": "hunter2"}'`],
])('that %s is named, and what it says is not shown', async (_what, script) => {
  await helper(`cat >/dev/null; ${script}`);
  const error: unknown = await askCredentialHelper('lab', 'quay.io').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ diagnostics: [{ code: 'registry/unauthorized' }] });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

it.each([
  ['lab', 'host/missing-tool'],
  ['../../bin/sh', 'registry/unauthorized'],
])('%s that is not there is refused', async (name, code) => {
  await expect(askCredentialHelper(name, 'quay.io')).rejects.toMatchObject({ diagnostics: [{ code }] });
});
