import { mkdir, readFile, writeFile } from 'node:fs/promises';
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

/**
 * Takes the lock of a file, and waits for as long as another process is in the way.
 *
 * The kernel's flock(2) is held by a `flock` child that lives until its standard input closes. The lock is thus gone the
 * moment this process ends, however it ends: there are no stale locks to recognise.
 *
 * @throws {DiagnosticError} `build/interrupted` when `signal` fires first.
 */
export async function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  await mkdir(dirname(file), { recursive: true });
  const share = `--${options.share ?? 'exclusive'}`;
  const immediate = await tryLock(file, [share, '--nonblock', '--conflict-exit-code', '75']);
  if (immediate !== undefined) return immediate;

  options.onWait?.((await readFile(file, 'utf8')).trim() || 'another process');
  const waited = await tryLock(file, [share], options.signal);
  if (waited !== undefined) return waited;
  throw new DiagnosticError({
    code: 'build/interrupted',
    message: `interrupted while waiting for the lock \`${file}\``,
  });
}

async function tryLock(file: string, flags: readonly string[], signal?: AbortSignal): Promise<Lock | undefined> {
  // `cat` echoes what it is sent as soon as it runs, which is as soon as the lock is held. A session of its own keeps
  // it out of reach of a Ctrl-C: the lock must outlive the clean-up that follows.
  const holder = execa('flock', [...flags, file, 'cat'], {
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
  await writeFile(file, `process ${process.pid}\n`);
  return {
    release: async () => {
      holder.stdin.end();
      await holder;
    },
  };
}
