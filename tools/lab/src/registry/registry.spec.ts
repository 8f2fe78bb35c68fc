import { createServer } from 'node:net';
import { join } from 'node:path';
import { createLabContext } from '../context';
import { startRegistry } from './registry';
import { createTestLab, type TestLab } from '../testing/lab';

// The program comes from the user's own cache, where the lab has put it; the first time it is downloaded.
const context = createLabContext({ workspaceRoot: '/nonexistent' });

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
});
afterEach(() => lab.remove());

describe('startRegistry', () => {
  it('answers on loopback until it is stopped', async () => {
    const registry = await startRegistry(context, { directory: join(lab.directory, 'registry') });
    expect(registry.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect((await fetch(`http://${registry.address}/v2/_catalog`)).status).toBe(200);
    await registry.stop();
    await expect(fetch(`http://${registry.address}/v2/`)).rejects.toThrow('fetch failed');
  }, 60_000);

  it('says when the port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      await expect(startRegistry(context, { directory: join(lab.directory, 'registry'), port })).rejects.toMatchObject({
        diagnostics: [{ code: 'lab/step-failed', hint: expect.stringContaining('--port') }],
      });
    } finally {
      server.close();
    }
  }, 60_000);
});
