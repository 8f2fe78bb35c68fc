import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DiagnosticError, throwIfAny } from '@immutablue/diagnostics';
import {
  CommandError,
  runCommand,
  tryInContainer,
  unlessMissing,
  whileWriting,
  withWorkingFolder,
  type BindMount,
  isNoise,
} from '@immutablue/oci';
import { curl, DOWNLOADS_MOUNT, refusedDownload, type PinnedFile } from '@immutablue/plan';
import { hostMounts } from './command';
import type { RunContext } from './context';
import { namingFullCache } from './full-cache';

/** Places a pinned file: fetched where the cache has not got it, checked every time. */
export async function placePinnedFile(context: RunContext, file: PinnedFile): Promise<void> {
  const { path } = await context.root.resolve(file.fetched.path, 'keep');
  throwIfAny(refusedDownload(file.fetched.path, path, file.entry.location));
  const cached = await ensureCached(context, file);
  const attributes = { mode: file.mode };
  if (file.fetched.member === undefined) {
    await context.root.copyFile(cached, file.fetched.path, attributes);
    return;
  }
  await withMember(cached, file, context.signal, async (member) => {
    await context.root.copyFile(member, file.fetched.path, attributes);
  });
}

/** The cached file, named by its checksum. */
async function ensureCached(context: RunContext, file: PinnedFile): Promise<string> {
  const mounts = hostMounts(context, ['repositories', 'downloads']);
  const cache = mounts.find(({ target }) => target === DOWNLOADS_MOUNT)?.source ?? '';
  await whileWriting(cache, () => mkdir(cache, { recursive: true }));
  const { sha256 } = file.fetched;
  const cached = join(cache, sha256);
  if ((await sha256Of(cached)) === sha256) return cached;
  // Builds at the same time each fetch for themselves; the last to finish replaces the same content.
  const partial = `${sha256}.${process.pid}.part`;
  try {
    await fetchInContainer(context, file, mounts, partial);
    const found = await sha256Of(join(cache, partial));
    if (found !== sha256) throw otherChecksum(file, found);
    await rename(join(cache, partial), cached);
  } finally {
    await rm(join(cache, partial), { force: true });
  }
  return cached;
}

/** Fetched with the image's own curl, as repository definitions are: what it trusts and how it gets out is the same. */
async function fetchInContainer(
  context: RunContext,
  { entry, fetched }: PinnedFile,
  mounts: readonly BindMount[],
  partial: string,
): Promise<void> {
  const { exitCode, tail } = await tryInContainer(
    { container: context.container, command: curl(fetched.url, `${DOWNLOADS_MOUNT}/${partial}`), mounts },
    { signal: context.signal, proxies: 'passed' },
  );
  if (exitCode === 0) return;
  const failed = new DiagnosticError({
    code: 'build/download-failed',
    message: `\`${fetched.url}\` cannot be fetched`,
    location: entry.location,
    notes: tail.filter((line) => !isNoise(line)),
    hint: 'try again later, or check the address; nothing was changed and the previous image is still there',
  });
  throw exitCode === CURL_WRITE_ERROR ? await namingFullCache(failed) : failed;
}

/** What curl ends with when it cannot write: https://curl.se/libcurl/c/libcurl-errors.html */
const CURL_WRITE_ERROR = 23;

function otherChecksum({ entry, fetched }: PinnedFile, found: string | undefined): DiagnosticError {
  return new DiagnosticError({
    code: 'build/wrong-checksum',
    message: `what is at \`${fetched.url}\` is not what \`${entry.value.name}\` is pinned to`,
    location: entry.location,
    notes: [`sha256 expected: ${fetched.sha256}`, `sha256 found:    ${found ?? 'none: nothing was fetched'}`],
    hint: 'find out why the file is another one before you put the new checksum there',
  });
}

/** The SHA-256 of a file, or undefined when there is none. */
export async function sha256Of(file: string): Promise<string | undefined> {
  return await unlessMissing(async () => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  });
}

/** Takes one file out of an archive, into a folder that is removed after `use`. */
async function withMember(
  archive: string,
  { entry, fetched }: PinnedFile,
  signal: AbortSignal,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const member = fetched.member ?? '';
  return withWorkingFolder('archive', async (directory) => {
    const argv = ['tar', '--extract', '--no-same-owner', '--file', archive, '--directory', directory, '--', member];
    try {
      await runCommand(argv as [string, ...string[]], { signal });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw noMember(entry, member, error.result.tail);
    }
    const file = join(directory, member);
    // A link could lead anywhere on this machine.
    if (!(await lstat(file)).isFile()) throw noMember(entry, member, ['it is not a regular file']);
    await use(file);
  });
}

function noMember(entry: PinnedFile['entry'], member: string, notes: readonly string[]): DiagnosticError {
  return new DiagnosticError({
    code: 'build/download-failed',
    message: `\`${member}\` cannot be taken out of \`${entry.value.url}\``,
    location: entry.location,
    notes,
    hint: '`tar --list --file …` shows what is in the archive',
  });
}
