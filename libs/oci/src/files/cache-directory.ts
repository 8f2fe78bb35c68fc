import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

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
