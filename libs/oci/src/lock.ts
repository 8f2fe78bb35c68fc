import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { execa } from 'execa';
import { missingTool } from './tools';

export interface Lock {
  /** Gives the lock back. Calling it again does nothing. */
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** Called once when another process holds the lock, with that process's ID as far as it is known. */
  readonly onWait?: (holder: string) => void;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
  /** `shared`: beside others who take it so; `exclusive`, which is the default, beside nobody. */
  readonly share?: 'shared' | 'exclusive';
}

/** A lock by the file that it is of. */
export interface WantedLock extends LockOptions {
  readonly file: string;
}

/** Takes the lock of a file; see {@link takeLocks}. */
export function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  return takeLocks([{ ...options, file }]);
}

/**
 * Takes locks, and waits for as long as another process is in the way: for one after the other, in their order, in which
 * everybody has to ask for them.
 *
 * The kernel's flock(2) is held by a `flock` child that lives until its standard input closes. The lock is thus gone the
 * moment this process ends, however it ends: there are no stale locks to recognise.
 *
 * @throws {DiagnosticError} `build/interrupted` when `signal` fires first.
 */
export async function takeLocks(wanted: readonly WantedLock[]): Promise<Lock> {
  // Nothing is waited for before the child starts: callers go on meanwhile.
  for (const { file } of wanted) mkdirSync(dirname(file), { recursive: true });
  // One child for all: mostly nobody is in the way.
  const immediate = await hold(wanted, 'try');
  if (immediate !== undefined) return immediate;

  const taken: Lock[] = [];
  const release = async () => {
    for (const lock of taken) await lock.release();
  };
  try {
    for (const lock of wanted) taken.push(await waitFor(lock));
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function waitFor(wanted: WantedLock): Promise<Lock> {
  const immediate = await hold([wanted], 'try');
  if (immediate !== undefined) return immediate;
  wanted.onWait?.((await readFile(wanted.file, 'utf8')).trim() || 'another process');
  const waited = await hold([wanted], 'wait');
  if (waited !== undefined) return waited;
  throw new DiagnosticError({
    code: 'build/interrupted',
    message: `interrupted while waiting for the lock \`${wanted.file}\``,
  });
}

/** @returns undefined when another process is in the way, or waiting has ended without the lock. */
async function hold(wanted: readonly WantedLock[], conflict: 'try' | 'wait'): Promise<Lock | undefined> {
  const flags = conflict === 'try' ? ['--nonblock', '--conflict-exit-code', '75'] : [];
  const chain = wanted.flatMap(({ file, share }) => ['flock', `--${share ?? 'exclusive'}`, ...flags, file]);
  const signal = conflict === 'wait' ? wanted[0]?.signal : undefined;
  // `cat` echoes what it is sent as soon as it runs, which is as soon as the locks are held. A session of its own keeps
  // it out of reach of a Ctrl-C: the lock must outlive the clean-up that follows.
  const holder = execa('flock', [...chain.slice(1), 'cat'], {
    detached: true,
    reject: false,
    buffer: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const held = new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => {
      resolve(true);
    });
    void holder.then(() => {
      resolve(false);
    });
  });
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('held\n');
  if (!(await held)) {
    const outcome = await holder;
    if (outcome.code === 'ENOENT') throw missingTool('flock');
    return undefined;
  }
  await Promise.all(wanted.map(({ file }) => writeFile(file, `process ${process.pid}\n`)));
  return {
    release: async () => {
      holder.stdin.end();
      await holder;
    },
  };
}
