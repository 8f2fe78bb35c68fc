import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRoot } from '@immutablue/overrides';
import { REFUSED_SECRET_OPTIONS } from '../testing/hostile';
import { findSecrets } from './find-secrets';
import { maskOf, withSecrets } from './open-secrets';
import { secretSources } from './sources';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('secretSources', () => {
  it('takes them from variables and files, files first', () => {
    const environment = { IMMUTABLUE_SECRET_MOK_KEY: 'x', IMMUTABLUE_SECRET_TOKEN: 'y', OTHER: 'z' };
    expect([...secretSources(environment, ['token=/run/token'])]).toEqual([
      ['mok-key', { kind: 'environment', variable: 'IMMUTABLUE_SECRET_MOK_KEY' }],
      ['token', { kind: 'file', file: '/run/token' }],
    ]);
  });

  it.each(REFUSED_SECRET_OPTIONS)('refuses %j, and does not repeat what may be a value', (text) => {
    const attempt = () => secretSources({}, [text]);
    expect(attempt).toThrow('--secret');
    expect(attempt).not.toThrow(/hunter2/);
  });
});

describe('withSecrets', () => {
  it('shows each to those who ask for it, in files that are gone afterwards', async () => {
    await writeFile(join(directory, 'key'), 'the value\n');
    const sources = secretSources({}, [`mok-key=${join(directory, 'key')}`, `other=${join(directory, 'missing')}`]);
    const wanted = [{ name: 'mok-key', state: 'given' }] as const;
    let file = '';
    await withSecrets(sources, wanted, async (secrets) => {
      expect(secrets.mountsFor([])).toEqual([]);
      const [mount] = secrets.mountsFor(wanted);
      file = mount?.source ?? '';
      expect(mount).toMatchObject({ target: '/run/secrets/mok-key', access: 'read-only' });
      expect(await readFile(file, 'utf8')).toBe('the value\n');
      expect(secrets.mask('it is the value!')).toBe('it is ***!');
    });
    expect(existsSync(file)).toBe(false);
  });

  it('says which file cannot be read', async () => {
    const sources = secretSources({}, ['mok-key=/nowhere/key']);
    const attempt = withSecrets(sources, [{ name: 'mok-key', state: 'given' }], () => Promise.resolve());
    await expect(attempt).rejects.toThrow('`key` is not there');
    const short = withSecrets(
      secretSources({}, [`mok-key=${join(directory, 'short')}`]),
      [{ name: 'mok-key', state: 'given' }],
      () => Promise.resolve(),
    );
    // Line breaks do not count: without them every file would hold the value.
    await writeFile(join(directory, 'short'), '12345\n\n\n\n');
    await expect(short).rejects.toThrow('has fewer than 6 bytes');
  });
});

it('masks each line of a value, and not the lines around a key', () => {
  const mask = maskOf([
    Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n'),
  ]);
  expect(mask('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  expect(mask('key: BgkqhkiG9w0B')).toBe('key: ***');
});

it('finds a value where it lies across two pieces of a file', async () => {
  await writeFile(join(directory, 'large'), Buffer.concat([Buffer.alloc(65_530, 'x'), Buffer.from('hunter2hunter2')]));
  await writeFile(join(directory, 'other'), 'hunter');
  await symlink('to-hunter2hunter2', join(directory, 'link'));
  await writeFile(join(directory, 'named-hunter2hunter2'), '');
  const root = await openRoot(directory, { epochSeconds: 0 });
  expect(await findSecrets(root, [Buffer.from('hunter2hunter2')])).toEqual([
    '/large',
    '/link',
    '/named-hunter2hunter2',
  ]);
});
