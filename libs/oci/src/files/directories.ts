import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { storageUserId } from '../host/user-namespace';

/**
 * The folder of this user's caches: files that can be made again, shared by all workspaces. `IMMUTABLUE_CACHE_DIR` decides,
 * else the XDG base directory specification (https://specifications.freedesktop.org/basedir-spec/latest/).
 *
 * @returns an absolute path, which need not exist.
 */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment['IMMUTABLUE_CACHE_DIR'];
  if (own !== undefined && isAbsolute(own)) return own;
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'immutablue');
}

/** The folder of a workspace's state about this user's containers-storage: root and an ordinary user have one each. */
export function stateDirectory(workspaceRoot: string): string {
  return join(workspaceRoot, '.immutablue', 'state', String(storageUserId()));
}
