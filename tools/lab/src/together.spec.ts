import { runCommand } from '@immutablue/oci';
import { type LabContext } from './context';
import { createTestLab, type TestLab } from './testing/lab';
import { together } from './together';

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
});
afterEach(() => lab.remove());

describe('together', () => {
  it('stops the others when one fails, waits for them, and throws the cause', async () => {
    const order: string[] = [];
    const running = together(lab.context, [
      async ({ signal }) => {
        try {
          await runCommand(['sleep', '600'], { signal });
        } finally {
          order.push('cleared up');
        }
      },
      () => Promise.reject(new Error('the cause')),
    ]);
    await expect(running).rejects.toThrow('the cause');
    expect(order).toEqual(['cleared up']);
  });

  it('passes an interruption on to all', async () => {
    const sleep =
      (duration: string) =>
      async ({ signal }: LabContext): Promise<void> => {
        await runCommand(['sleep', duration], { signal });
      };
    const running = together(lab.context, [sleep('600'), sleep('601')]);
    lab.abort();
    await expect(running).rejects.toMatchObject({ diagnostics: [{ code: 'build/interrupted' }] });
  });
});
