import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../process/process';
import { fileCapabilities } from './file-capabilities';

/** Only root may set them. */
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describeAsRoot('fileCapabilities (not run without root)', () => {
  it('finds them in names with spaces, too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'capabilities-'));
    try {
      for (const name of ['none', 'a tool']) await writeFile(join(directory, name), '');
      await runCommand(['/usr/sbin/setcap', 'cap_net_raw+ep', join(directory, 'a tool')]);
      expect([...(await fileCapabilities([directory]))]).toEqual([[join(directory, 'a tool'), 'cap_net_raw=ep']]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
