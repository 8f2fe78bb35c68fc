import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { readSigningKey } from './read-signing-key';
import { generateKeyPair } from './signing-key';

const { privateKey, publicKey } = generateKeyPair('a password');
const [, FIRST_LINE = ''] = privateKey.split('\n');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signing-'));
  await writeFile(join(directory, 'key'), privateKey);
  await mkdir(join(directory, 'folder'));
});
afterAll(() => rm(directory, { recursive: true }));

it.each([
  ['the key itself', () => privateKey],
  ['the path of its file', () => join(directory, 'key')],
])('takes %s', async (_, value) => {
  const environment = { IMMUTABLUE_SIGNING_KEY: value(), IMMUTABLUE_SIGNING_PASSWORD: 'a password' };
  expect((await readSigningKey(environment)).publicKey.pem).toBe(publicKey);
});

it.each([
  ['nothing', undefined, 'error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is not set'],
  ['an empty value', '', 'error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is not set'],
  ['the path of nothing', '/nowhere/key', 'error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is neither'],
  ['a key without its first line', FIRST_LINE, 'error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is neither'],
  ['a long one', 'k'.repeat(400), 'error[signing/no-key]: IMMUTABLUE_SIGNING_KEY is neither'],
  ['a key without its last line', `-----BEGIN PRIVATE KEY-----\n${FIRST_LINE}`, 'error[signing/wrong-key]: '],
])('refuses %s, and repeats none of it', async (_, value, message) => {
  const error: unknown = await readSigningKey({ IMMUTABLUE_SIGNING_KEY: value }).catch((thrown: unknown) => thrown);
  const said = renderError(error, { root: '/', colors: 'never' });
  expect(said).toContain(message);
  if (value !== undefined && value !== '') expect(said).not.toContain(value.slice(-12));
});

it('says that a folder is no key', async () => {
  const attempt = readSigningKey({ IMMUTABLUE_SIGNING_KEY: join(directory, 'folder') });
  await expect(attempt).rejects.toThrow('`folder` is a folder, not a file');
});
