import type { NxCacheServer } from './server';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names of variables by which programs are told of a proxy for HTTP. */
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];

/**
 * What a command has to have in its environment for Nx to use a server: https://nx.dev/docs/kb/self-hosted-caching. Pure.
 *
 * @param environment that of this process, which the command gets besides.
 */
export function nxEnvironment({ url, token }: Pick<NxCacheServer, 'url' | 'token'>, environment: Environment) {
  return {
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
    ...(PROXIES.some((name) => (environment[name] ?? '') !== '')
      ? withoutProxy(new URL(url).hostname, environment)
      : {}),
  };
}

/** Nx would ask a proxy for loopback, too. Of both variables some programs read one, some the other. */
function withoutProxy(host: string, { no_proxy: lower, NO_PROXY: upper }: Environment) {
  const and = (hosts: string | undefined) => [hosts, host].filter((name) => name !== undefined && name !== '').join();
  return { no_proxy: and(lower ?? upper), NO_PROXY: and(upper ?? lower) };
}
