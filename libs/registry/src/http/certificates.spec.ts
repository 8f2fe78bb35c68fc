import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTrust } from './certificates';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'certificates-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

it('trusts the authorities in the folder of a host, and those of the system', async () => {
  const folder = join(home, '.config/containers/certs.d/registry.example:5000');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.crt'), 'OUR AUTHORITY');
  writeFileSync(join(folder, 'client.cert'), 'ANOTHER THING');
  const trust = await findTrust('registry.example:5000', home);
  if (trust?.kind !== 'authorities') throw new Error('no authorities');
  expect(trust.certificates).toContain('OUR AUTHORITY');
  expect(trust.certificates).toContain('BEGIN CERTIFICATE');
  expect(trust.certificates).not.toContain('ANOTHER THING');
});

it('has nothing of its own for another host', async () => {
  expect(await findTrust('registry.example:5001', home)).toBeUndefined();
});
