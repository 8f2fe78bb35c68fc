import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, updateJson } from '@nx/devkit';
import { runCommand } from '@immutablue/oci';
import { openSigningKey } from '@immutablue/signing';
import { createWorkspace, textOf } from '../variant/testing/workspace';
import signingGenerator from './generator';

let scratch: string;
beforeEach(async () => {
  process.env['NX_SKIP_FORMAT'] = 'true';
  scratch = await mkdtemp(join(tmpdir(), 'signing-generator-'));
});
afterEach(async () => {
  delete process.env['NX_SKIP_FORMAT'];
  delete process.env['IMMUTABLUE_SIGNING_PASSWORD'];
  await rm(scratch, { recursive: true });
});

/** Runs the generator, with what comes when its files are written. @returns what it printed. */
async function generate(
  tree = createWorkspace(),
  options: Parameters<typeof signingGenerator>[1] = {},
): Promise<string> {
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await (
      await signingGenerator(tree, { privateKey: join(scratch, 'keys/a.key'), ...options })
    )();
    return printed.mock.calls.join('\n').replaceAll(scratch, '/scratch');
  } finally {
    printed.mockRestore();
  }
}

const openKey = async (password?: string) =>
  openSigningKey(await readFile(join(scratch, 'keys/a.key'), 'utf8'), password, { key: 'KEY', password: 'PASSWORD' });

it('makes a pair, writes the setting, and says what to do next', async () => {
  process.env['IMMUTABLUE_SIGNING_PASSWORD'] = 'hunter2';
  const tree = createWorkspace();
  const said = await generate(tree);
  expect((await openKey('hunter2')).publicKey.pem).toBe(textOf(tree, 'signing.pub'));
  expect((await stat(join(scratch, 'keys/a.key'))).mode & 0o777).toBe(0o600);
  expect(readJson<object>(tree, 'nx.json')).toMatchObject({
    plugins: [{ options: { releases: ['44', '43'], signing: { publicKey: 'signing.pub' } } }],
  });
  expect(said).not.toContain('hunter2');
  expect(said).toMatchInlineSnapshot(`
   "
   There is a key for images of quay.io/immutablue. Next:
     keep the private key             /scratch/keys/a.key; hosts take no image without it, and it belongs in no git
     set IMMUTABLUE_SIGNING_KEY       as a secret of the CI: the text of that file; here its path will do
     set IMMUTABLUE_SIGNING_PASSWORD  as another secret: the password that is set now
     commit nx.json and signing.pub   images then carry the public key, and hosts ask for signatures of quay.io/immutablue"
  `);
});

it('says that a key without a password is not encrypted', async () => {
  const tree = createWorkspace();
  expect(await generate(tree, { publicKey: 'keys/images.pub' })).toContain('it is not encrypted');
  expect((await openKey()).publicKey.pem).toBe(textOf(tree, 'keys/images.pub'));
});

it('writes no private key before Nx writes the rest', async () => {
  await signingGenerator(createWorkspace(), { privateKey: join(scratch, 'a.key') });
  await expect(stat(join(scratch, 'a.key'))).rejects.toThrow('ENOENT');
});

describe('refuses', () => {
  it('to overwrite a private key', async () => {
    await generate();
    await expect(generate()).rejects.toThrow('error[signing/key-exists]: there is a file');
  });

  it('to overwrite a public key', async () => {
    const tree = createWorkspace();
    tree.write('signing.pub', 'x');
    await expect(generate(tree)).rejects.toThrow('error[signing/key-exists]: there is a file `signing.pub`');
  });

  it('where nx.json has a key', async () => {
    const tree = createWorkspace();
    await generate(tree);
    await expect(generate(tree, { privateKey: join(scratch, 'b.key'), publicKey: 'b.pub' })).rejects.toThrow(
      'error[signing/key-exists]: `signing` in nx.json',
    );
  });

  it.each(['../a.pub', '/etc/a.pub'])('a public key outside of the workspace: %s', async (publicKey) => {
    await expect(generate(createWorkspace(), { publicKey })).rejects.toThrow('expected the path of a file below');
  });

  it('a private key that git would take, but not one that it ignores', async () => {
    await runCommand(['git', 'init', '--quiet', scratch]);
    await expect(generate()).rejects.toThrow('error[signing/key-in-git]');
    await writeFile(join(scratch, '.gitignore'), 'keys/\n');
    await generate();
  });

  it('where no file can be', async () => {
    await mkdir(join(scratch, 'x'));
    await writeFile(join(scratch, 'x/file'), '');
    await expect(generate(undefined, { privateKey: join(scratch, 'x/file/a.key') })).rejects.toThrow(/error\[/);
  });
});

it('adds options to a plugin that has none', async () => {
  const tree = createWorkspace();
  updateJson(tree, 'nx.json', () => ({
    plugins: ['other', { plugin: '@immutablue/nx', options: { releases: ['44'] } }],
  }));
  await generate(tree);
  expect(readJson<object>(tree, 'nx.json')).toMatchObject({
    plugins: [
      'other',
      { plugin: '@immutablue/nx', options: { releases: ['44'], signing: { publicKey: 'signing.pub' } } },
    ],
  });
});
