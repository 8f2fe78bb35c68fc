import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** Maximum delay of a line, in milliseconds. */
const POLL_MS = 50;

export interface Follower {
  /** Passes on the lines that are left, and ends. */
  readonly stop: () => Promise<void>;
}

/** Follows a file while other processes write it: each of its lines is passed on, in order. */
export async function followLines(file: string, onLine: (line: string) => void): Promise<Follower> {
  const handle = await open(file, 'r');
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(64 * 1024);
  let partial = '';

  const drain = async () => {
    for (;;) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) return;
      const lines = (partial + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  };

  const state: { wake: () => void; isOver: boolean } = { wake: () => undefined, isOver: false };
  const following = (async () => {
    while (!state.isOver) {
      await drain();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        state.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await drain();
    if (partial !== '') onLine(partial);
  })();

  return {
    stop: async () => {
      state.isOver = true;
      state.wake();
      try {
        await following;
      } finally {
        await handle.close();
      }
    },
  };
}
