import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiagnosticError } from '@immutablue/diagnostics';
import { execa } from 'execa';
import { missingTool } from '../host/tools';
import { proxyEnvironment, withoutSecrets } from '../process/host-environment';
import { storeDirectories } from '../store/store-directories';
import { whileWriting } from './files';

export interface Lock {
  /** Gives the lock back. Calling it again does nothing. */
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** Called once when another process holds the lock, with that process's ID as far as it is known. */
  readonly onWait: (holder: string) => void;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
  /** `shared`: together with others who share it; `exclusive`, the default: alone. */
  readonly share?: 'shared' | 'exclusive';
}

/** A lock by its file. */
export interface WantedLock extends LockOptions {
  readonly file: string;
}

/**
 * The file of a lock about this user's images. It is where they are: users of one store keep each other out, whatever else they
 * share, and those of two do not.
 *
 * @param name a file name.
 */
async function storeLockFile(name: string): Promise<string> {
  const [own] = await storeDirectories();
  return join(dirname(own.driver), 'immutablue-locks', name);
}

/** The lock of this user's store: `shared` by builds, `exclusive` for removing images. */
export async function storeLock(share: 'shared' | 'exclusive', options: Omit<LockOptions, 'share'>): Promise<WantedLock> {
  return { ...options, share, file: await storeLockFile('store') };
}

/** The lock of an image's name in this user's store: one build at a time may give it. */
export async function imageLock(reference: string, options: Omit<LockOptions, 'share'>): Promise<WantedLock> {
  const name = createHash('sha256').update(reference).digest('hex').slice(0, 16);
  return { ...options, file: await storeLockFile(`image-${name}`) };
}

/**
 * Takes locks one after the other, each as {@link takeLock} does. All callers have to name them in the same order: two that
 * hold what the other waits for would wait for ever.
 *
 * @throws as {@link takeLock} does; those taken by then are given back.
 */
export async function takeLocks(wanted: readonly WantedLock[]): Promise<Lock> {
  const taken: Lock[] = [];
  const release = async () => {
    for (const lock of taken.toReversed()) await lock.release();
  };
  try {
    for (const { file, ...options } of wanted) taken.push(await takeLock(file, options));
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Takes the lock of a file, and waits for as long as another process holds it.
 *
 * The kernel's flock(2) is held by a `flock` child that lives until its standard input closes. The lock is thus gone the
 * moment this process ends, however it ends: there are no stale locks to recognise.
 *
 * @throws {DiagnosticError} `build/interrupted` when `signal` fires first, `oci/command-failed` when the file cannot be locked.
 */
export async function takeLock(file: string, options: LockOptions): Promise<Lock> {
  await whileWriting(file, () => mkdir(dirname(file), { recursive: true }));
  const immediate = await hold(file, options, 'try');
  if (immediate !== undefined) return immediate;
  options.onWait((await readFile(file, 'utf8')).trim() || 'another process');
  const waited = await hold(file, options, 'wait');
  if (waited !== undefined) return waited;
  throw new DiagnosticError({
    code: 'build/interrupted',
    message: `interrupted while waiting for the lock \`${file}\``,
  });
}

/** The exit code by which `flock` says that another process holds the lock. */
const HELD_ELSEWHERE = 75;

/** @returns undefined when another process holds the lock (`try`), or `signal` has ended the waiting (`wait`). */
async function hold(
  file: string,
  { share = 'exclusive', signal }: Omit<LockOptions, 'onWait'>,
  conflict: 'try' | 'wait',
): Promise<Lock | undefined> {
  const flags = conflict === 'try' ? ['--nonblock', '--conflict-exit-code', String(HELD_ELSEWHERE)] : [];
  // `cat` echoes what it is sent as soon as it runs, which is as soon as the lock is held. A session of its own keeps
  // it out of reach of a Ctrl-C: the lock must outlive the clean-up that follows.
  const holder = execa('flock', [`--${share}`, ...flags, file, 'cat'], {
    detached: true,
    env: { ...proxyEnvironment('withheld', process.env), ...withoutSecrets(process.env) },
    reject: false,
    buffer: { stdout: false },
    ...(conflict === 'try' || signal === undefined ? {} : { cancelSignal: signal }),
  });
  const held = new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => {
      resolve(true);
    });
    void holder.then(() => {
      resolve(false);
    });
  });
  // It may end, without the lock, before it is written to.
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('held\n');
  if (!(await held)) {
    const outcome = await holder;
    if (outcome.exitCode === HELD_ELSEWHERE || outcome.isCanceled) return undefined;
    if (outcome.code === 'ENOENT') throw missingTool('flock');
    throw new DiagnosticError({
      code: 'oci/command-failed',
      message: `the lock \`${file}\` cannot be taken`,
      notes: [outcome.stderr],
    });
  }
  const release = async () => {
    holder.stdin.end();
    await holder;
  };
  try {
    await whileWriting(file, () => writeFile(file, `process ${process.pid}\n`));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}
