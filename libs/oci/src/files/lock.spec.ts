import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock, takeLocks } from './lock';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const quiet = { onWait: () => undefined };

describe('takeLock', () => {
  it('lets one in at a time, and says who is in', async () => {
    const file = join(directory, 'deeper', 'image.lock');
    const order: string[] = [];
    const first = await takeLock(file, quiet);
    const second = takeLock(file, { onWait: (holder) => order.push(`waits for ${holder}`) }).then((lock) => {
      order.push('second');
      return lock;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    order.push('first leaves');
    await first.release();
    await (await second).release();
    expect(order).toEqual([`waits for process ${process.pid}`, 'first leaves', 'second']);
  });

  it('lets those in together who share it, and keeps out one who does not', async () => {
    const file = join(directory, 'store');
    const first = await takeLock(file, { ...quiet, share: 'shared' });
    const second = await takeLock(file, { ...quiet, share: 'shared' });
    const order: string[] = [];
    const third = takeLock(file, { onWait: () => order.push('waits') }).then((lock) => {
      order.push('third');
      return lock;
    });
    await first.release();
    await new Promise((resolve) => setTimeout(resolve, 300));
    order.push('second leaves');
    await second.release();
    await (await third).release();
    expect(order).toEqual(['waits', 'second leaves', 'third']);
  });

  it('gives up waiting when it is told to', async () => {
    const file = join(directory, 'image.lock');
    const first = await takeLock(file, quiet);
    const controller = new AbortController();
    const second = takeLock(file, {
      signal: controller.signal,
      onWait: () => {
        controller.abort();
      },
    });
    await expect(second).rejects.toMatchObject({ diagnostics: [{ code: 'build/interrupted' }] });
    await first.release();
  });

  it('says why a file cannot be locked', async () => {
    const file = join(directory, 'loop');
    await symlink(file, file);
    await expect(takeLock(file, quiet)).rejects.toMatchObject({
      diagnostics: [{ code: 'oci/command-failed', notes: [expect.stringContaining('symbolic links')] }],
    });
  });
});

describe('takeLocks', () => {
  it('takes them in their order, and holds those that it has while it waits for the next', async () => {
    const [name, store] = [join(directory, 'name'), join(directory, 'store')];
    const together = await takeLocks([{ ...quiet, file: name }, { ...quiet, file: store, share: 'shared' }]);
    const order: string[] = [];
    const others = takeLocks([
      { file: name, onWait: () => order.push('waits for the name') },
      { file: store, onWait: () => order.push('waits for the store') },
    ]);
    const third = await takeLock(store, { ...quiet, share: 'shared' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await together.release();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await third.release();
    await (await others).release();
    expect(order).toEqual(['waits for the name', 'waits for the store']);
  });

  it('gives back what it has when it gives up', async () => {
    const [name, store] = [join(directory, 'name'), join(directory, 'store')];
    const first = await takeLock(store, quiet);
    const controller = new AbortController();
    const onWait = () => {
      controller.abort();
    };
    const both = takeLocks([{ ...quiet, file: name }, { file: store, signal: controller.signal, onWait }]);
    await expect(both).rejects.toMatchObject({ diagnostics: [{ code: 'build/interrupted' }] });
    await (await takeLock(name, { ...quiet, signal: AbortSignal.abort() })).release();
    await first.release();
  });
});
